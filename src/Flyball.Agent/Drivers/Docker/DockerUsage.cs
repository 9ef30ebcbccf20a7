using Docker.DotNet;
using Docker.DotNet.Models;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// One reading of a container's counters, without the engine's one second of waiting for a second one.
/// </summary>
internal static class DockerUsage
{
    public static async ValueTask<TaskUsage?> ReadAsync(
        DockerEngine engine, string container, CancellationToken cancellation)
    {
        var last = new Last();
        try
        {
            await engine.Calls.Containers.GetContainerStatsAsync(
                container, new ContainerStatsParameters { Stream = false, OneShot = true }, last, cancellation);
        }
        catch (DockerContainerNotFoundException)
        {
            return null;
        }

        return last.Value is { MemoryStats.Usage: not null } stats ? Of(stats) : null;
    }

    private static TaskUsage Of(ContainerStatsResponse stats)
    {
        long received = 0;
        long sent = 0;
        foreach (NetworkStats network in stats.Networks?.Values ?? [])
        {
            received += (long)network.RxBytes;
            sent += (long)network.TxBytes;
        }

        return new TaskUsage(
            (long)(stats.CPUStats?.CPUUsage?.TotalUsage ?? 0),
            Memory(stats.MemoryStats!),
            (long)(stats.MemoryStats!.Limit ?? 0),
            Bytes(stats.BlkioStats, "read"),
            Bytes(stats.BlkioStats, "write"),
            received,
            sent,
            (int)(stats.PidsStats?.Current ?? 0));
    }

    /// <summary>
    /// Page cache that nobody touched lately can be taken back at any time: it is not what the task needs.
    /// </summary>
    private static long Memory(MemoryStats memory)
    {
        ulong idle = 0;
        if (memory.Stats is { } stats && !stats.TryGetValue("total_inactive_file", out idle))
            stats.TryGetValue("inactive_file", out idle);
        return (long)(memory.Usage!.Value > idle ? memory.Usage.Value - idle : 0);
    }

    private static long Bytes(BlkioStats? stats, string operation) => stats?.IoServiceBytesRecursive is { } entries
        ? (long)entries.Where(e => string.Equals(e.Op, operation, StringComparison.OrdinalIgnoreCase))
            .Aggregate(0UL, (sum, e) => sum + e.Value)
        : 0;

    private sealed class Last : IProgress<ContainerStatsResponse>
    {
        public ContainerStatsResponse? Value { get; private set; }

        public void Report(ContainerStatsResponse value) => Value = value;
    }
}
