using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
using Flyball.Agent.Telemetry;
using Flyball.Contracts.Agent.Wire;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Session;

/// <summary>Reads what each running task uses, apart from heartbeats: a slow engine must not delay those.</summary>
internal sealed partial class UsageCollector(
    AllocationTable table, AgentOptions options, TimeProvider time, ILogger<UsageCollector> log)
{
    private readonly Dictionary<string, (string Handle, long CpuNanoseconds, long AtUnixMs)> before =
        new(StringComparer.Ordinal);
    private volatile IReadOnlyList<Usage> current = [];
    private volatile IReadOnlyList<AllocationReading> readings = [];

    /// <summary>The newest reading, by allocation id.</summary>
    public IReadOnlyList<Usage> Current => current;

    /// <summary>Every allocation as it was when usage was last read.</summary>
    public IReadOnlyList<AllocationReading> Readings => readings;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.UsageInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation)) await CollectAsync(cancellation);
    }

    public async Task CollectAsync(CancellationToken cancellation)
    {
        var usages = new List<Usage>();
        var all = new List<AllocationReading>();
        foreach (AllocationRunner runner in table.All)
        {
            AllocationRecord record = runner.Record;
            TaskUsage? usage = await ReadAsync(runner, record, cancellation);
            long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (usage is { } used) usages.Add(Describe(record.Allocation.Id, record.State.Handle!, used, nowUnixMs));
            all.Add(new AllocationReading(record, usage, nowUnixMs));
        }

        current = usages;
        readings = all;
        var alive = new HashSet<string>(usages.Select(u => u.Allocation), StringComparer.Ordinal);
        foreach (string gone in before.Keys.Where(id => !alive.Contains(id)).ToArray()) before.Remove(gone);
    }

    private async ValueTask<TaskUsage?> ReadAsync(
        AllocationRunner runner, AllocationRecord record, CancellationToken cancellation)
    {
        if (record.State.Handle is not { } handle || runner.Driver is not { } driver) return null;
        try
        {
            return await driver.UsageAsync(runner.Task, handle, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(log, record.Allocation.Id, e);
            return null;
        }
    }

    private Usage Describe(string allocation, TaskHandle handle, TaskUsage usage, long nowUnixMs)
    {
        double cores = 0;
        if (before.TryGetValue(allocation, out (string Handle, long CpuNanoseconds, long AtUnixMs) last) &&
            last.Handle == handle.Id && nowUnixMs > last.AtUnixMs)
            cores = Math.Max(0, (usage.CpuNanoseconds - last.CpuNanoseconds) / 1e6 / (nowUnixMs - last.AtUnixMs));
        before[allocation] = (handle.Id, usage.CpuNanoseconds, nowUnixMs);
        return new Usage
        {
            Allocation = allocation,
            CpuCores = cores,
            MemoryBytes = usage.MemoryBytes,
            MemoryLimitBytes = usage.MemoryLimitBytes,
            ReadBytesTotal = usage.ReadBytes,
            WrittenBytesTotal = usage.WrittenBytes,
            ReceivedBytesTotal = usage.ReceivedBytes ?? 0,
            SentBytesTotal = usage.SentBytes ?? 0,
            Pids = usage.Pids,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(4200, LogLevel.Debug, "The usage of allocation {Allocation} cannot be read")]
        public static partial void Failed(ILogger logger, string allocation, Exception error);
    }
}
