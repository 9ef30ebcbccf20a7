namespace Flyball.Agent.Drivers;

/// <summary>What a task uses: counters since its start, gauges now. Bytes and nanoseconds.</summary>
internal readonly record struct TaskUsage(
    long CpuNanoseconds,
    long MemoryBytes,
    long MemoryLimitBytes,
    long ReadBytes,
    long WrittenBytes,
    long ReceivedBytes,
    long SentBytes,
    int Pids);
