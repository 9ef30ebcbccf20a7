using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
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

    /// <summary>The newest reading, by allocation id.</summary>
    public IReadOnlyList<Usage> Current => current;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.UsageInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation)) await CollectAsync(cancellation);
    }

    public async Task CollectAsync(CancellationToken cancellation)
    {
        var usages = new List<Usage>();
        foreach (AllocationRunner runner in table.All)
        {
            if (runner.Record.State.Handle is not { } handle || runner.Driver is not { } driver) continue;
            try
            {
                if (await driver.UsageAsync(runner.Task, handle, cancellation) is { } usage)
                    usages.Add(Describe(runner.Task.Id, handle, usage));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(log, runner.Task.Id, e);
            }
        }

        current = usages;
        var alive = new HashSet<string>(usages.Select(u => u.Allocation), StringComparer.Ordinal);
        foreach (string gone in before.Keys.Where(id => !alive.Contains(id)).ToArray()) before.Remove(gone);
    }

    private Usage Describe(string allocation, TaskHandle handle, TaskUsage usage)
    {
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
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
            ReceivedBytesTotal = usage.ReceivedBytes,
            SentBytesTotal = usage.SentBytes,
            Pids = usage.Pids,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(4200, LogLevel.Debug, "The usage of allocation {Allocation} cannot be read")]
        public static partial void Failed(ILogger logger, string allocation, Exception error);
    }
}
