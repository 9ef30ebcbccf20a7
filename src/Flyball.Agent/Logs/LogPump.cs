using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Base.Work;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Logs;

/// <summary>Moves captured output of every process allocation into its log files, all in one loop.</summary>
internal sealed partial class LogPump(AgentOptions options, TimeProvider time, IWorkers workers, ILogger<LogPump> log)
    : IDisposable
{
    /// <summary>
    /// Between passes: the delay of a log line at most, at the price of two fstat calls an allocation.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "flyball.agent.log.failures",
        description: "Passes over an allocation's output that failed, such as on a full disk.");

    private readonly ConcurrentDictionary<string, AllocationLog> logs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);

    /// <summary>The log in an allocation's directory, opened once.</summary>
    public AllocationLog Open(string directory)
    {
        lock (logs)
        {
            if (logs.TryGetValue(directory, out AllocationLog? known)) return known;
            var opened = new AllocationLog(directory, options.LogFileBytesMax, options.LogFilesMax);
            logs[directory] = opened;
            return opened;
        }
    }

    public void Close(string directory)
    {
        lock (logs)
        {
            if (logs.TryRemove(directory, out AllocationLog? known)) known.Dispose();
            told.TryRemove(directory, out _);
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (!logs.IsEmpty) await workers.RunAsync(PumpAll, cancellation);
        }
    }

    public void Dispose()
    {
        foreach (AllocationLog opened in logs.Values) opened.Dispose();
        logs.Clear();
    }

    private void PumpAll()
    {
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach ((string directory, AllocationLog allocation) in logs)
        {
            try
            {
                if (allocation.Pump(nowUnixMs) && told.TryAdd(directory, true)) Log.CannotPunch(log, directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The raw file keeps what could not be moved; the next pass tries again.
                Failures.Add(1);
                if (told.TryAdd(directory + " failed", true)) Log.Failed(log, directory, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4120, LogLevel.Warning,
            "The file system under {Directory} cannot free parts of files: raw output grows until the task ends")]
        public static partial void CannotPunch(ILogger logger, string directory);

        [LoggerMessage(4121, LogLevel.Warning,
            "Output of {Directory} cannot be written to its log files; it is kept and tried again")]
        public static partial void Failed(ILogger logger, string directory, Exception error);
    }
}
