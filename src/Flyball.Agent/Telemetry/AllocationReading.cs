using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;

namespace Flyball.Agent.Telemetry;

/// <summary>An allocation and what its task used when it was last looked at; null when no task runs.</summary>
internal readonly record struct AllocationReading(AllocationRecord Record, TaskUsage? Usage);
