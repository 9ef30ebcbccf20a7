using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Microsoft.Extensions.Logging;

namespace Flyball.Contracts.Telemetry.Reporting;

/// <summary>Measures a source at an interval and gives the samples to a sink; uses the same memory each time.</summary>
public sealed partial class SampleReporter(ISampleSink sink, TimeProvider time, ILogger<SampleReporter> log)
{
    /// <summary>Descriptions change with versions only; they are repeated for a server that has lost them.</summary>
    private static readonly TimeSpan DescribeInterval = TimeSpan.FromMinutes(10);

    /// <summary>When the sink takes nothing, as while a store starts.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EndedSeries ended = new();
    private MetricBatch current = new();
    private MetricBatch before = new();
    private int beforeCount;
    private long? describedAt;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="common">Labels of every series.</param>
    public async Task RunAsync(
        ISampleSource source, MetricLabel[] common, TimeSpan interval, CancellationToken cancellation)
    {
        var writer = new SampleWriter(common);
        while (true)
        {
            long began = time.GetTimestamp();
            bool taken = await ReportAsync(source, writer, cancellation);
            TimeSpan rest = (taken || interval < RetryDelay ? interval : RetryDelay) - time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero) await Pause.ForAsync(rest, time, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<bool> ReportAsync(
        ISampleSource source, SampleWriter writer, CancellationToken cancellation)
    {
        try
        {
            long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            bool describes = describedAt is not { } at || time.GetElapsedTime(at) >= DescribeInterval;
            writer.Begin(current, nowUnixMs, describes);
            await source.CollectAsync(writer, cancellation);
            int count = current.SeriesCount;
            ended.Mark(current, before, beforeCount, nowUnixMs);
            if (current.SeriesCount == 0) return true;
            SinkAnswer answer = await sink.WriteAsync(current, cancellation);
            if (answer.Outcome != SinkOutcome.Stored) return false;
            if (answer.Refused.Count > 0)
            {
                SinkRefusal first = answer.Refused[0];
                Log.Refused(log, first.Count, first.Reason, answer.FirstRefused);
            }

            if (describes) describedAt = time.GetTimestamp();
            (current, before, beforeCount) = (before, current, count);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(log, source.GetType().Name, e);
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "{Count} of our own samples were refused for {Reason}, first {Series}")]
        public static partial void Refused(ILogger logger, int count, string reason, string series);

        [LoggerMessage(1211, LogLevel.Error, "BUG: {Source} cannot be measured")]
        public static partial void Failed(ILogger logger, string source, Exception error);
    }
}
