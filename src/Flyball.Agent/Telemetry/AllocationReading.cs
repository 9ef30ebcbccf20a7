using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;

namespace Flyball.Agent.Telemetry;

/// <summary>An allocation and what its task used at a moment; null when no task ran.</summary>
internal readonly record struct AllocationReading(AllocationRecord Record, TaskUsage? Usage, long AtUnixMs);
