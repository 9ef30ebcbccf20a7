using Flyball.Contracts.Agent;

namespace Flyball.Agent.Sessions.Http;

/// <summary>A line and the allocation that wrote it.</summary>
internal sealed record WorkloadLine(string Allocation, int Index, LogLine Line);
