namespace Flyball.Contracts.Agent;

/// <summary>What an allocation uses now; reported with each heartbeat and kept in memory only.</summary>
public sealed record AllocationUsage(
    string Allocation,
    double CpuCores,
    long MemoryBytes,
    long MemoryLimitBytes,
    long ReadBytesTotal,
    long WrittenBytesTotal,
    long ReceivedBytesTotal,
    long SentBytesTotal,
    int Pids,
    long AtUnixMs);
