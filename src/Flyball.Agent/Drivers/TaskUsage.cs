namespace Flyball.Agent.Drivers;

/// <summary>What a task uses: counters since its start, gauges now. Bytes and nanoseconds.</summary>
/// <param name="ReceivedBytes">Null where the task shares the node's network.</param>
/// <param name="SentBytes">Null where the task shares the node's network.</param>
internal readonly record struct TaskUsage(
    long CpuNanoseconds,
    long MemoryBytes,
    long MemoryLimitBytes,
    long ReadBytes,
    long WrittenBytes,
    long? ReceivedBytes,
    long? SentBytes,
    int Pids);
