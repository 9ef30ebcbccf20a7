using System.Collections.Concurrent;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Scraping.Http;
using Flyball.Metrics.Scraping.Targets;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>Scrapes one target: fetch, parse, store. Also ends the series of one that is gone. Thread-safe.</summary>
internal sealed partial class ScrapeRunner(
    TargetFetcher fetcher, SampleIntake intake, ScrapeMetrics metrics, TimeProvider time, Random random,
    ILogger<ScrapeRunner> logger)
{
    private const int ScratchesKeptMax = 32;

    /// <summary>
    /// A scrape that starts this close to when it was due gets that time: evenly spaced samples compress best.
    /// </summary>
    private const long AlignmentMs = 10;

    private readonly ConcurrentBag<ScrapeScratch> _kept = [];
    private readonly long _seed = random.NextInt64();

    public async Task ScrapeAsync(ScrapeTarget target, long dueMs, CancellationToken cancellation)
    {
        if (!_kept.TryTake(out ScrapeScratch? scratch)) scratch = new ScrapeScratch(_seed);
        try
        {
            long startMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            long timestampMs = Math.Abs(startMs - dueMs) <= AlignmentMs ? dueMs : startMs;
            long started = time.GetTimestamp();
            FetchResult fetched = await fetcher.FetchAsync(target, scratch.Body, cancellation);
            target.Last = await StoreAsync(target, scratch, fetched, timestampMs, started);
            metrics.Scraped(target.Last);
        }
        finally
        {
            scratch.Shrink();
            if (_kept.Count < ScratchesKeptMax) _kept.Add(scratch);
        }
    }

    /// <summary>Writes markers behind all series of a target that is gone.</summary>
    public async Task EndAsync(ScrapeTarget target)
    {
        if (target.Last is not { } last) return;
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null)
        {
            Log.NotStored(logger, target.Spec.Url, intake.Describe(refusal));
            return;
        }

        long timestampMs = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), last.TimestampMs + 1);
        ticket.Batch.Clear(LabelForm.Plain);
        target.Memory.Begin();
        target.Memory.AddAllStale(ticket.Batch, timestampMs);
        target.Memory.AddReportStale(ticket.Batch, timestampMs);
        await ticket.AppendAsync();
    }

    private async Task<ScrapeResult> StoreAsync(
        ScrapeTarget target, ScrapeScratch scratch, FetchResult fetched, long timestampMs, long started)
    {
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null)
        {
            string reason = intake.Describe(refusal);
            Log.NotStored(logger, target.Spec.Url, reason);
            return new ScrapeResult
            {
                Error = reason, TimestampMs = timestampMs, Duration = time.GetElapsedTime(started),
            };
        }

        SampleBatch batch = ticket.Batch;
        batch.Clear(LabelForm.Plain);
        target.Memory.Begin();
        string? problem = fetched.Problem ?? Parse(target, scratch, fetched.Format, batch, timestampMs);
        var result = new ScrapeResult
        {
            Error = problem,
            TimestampMs = timestampMs,
            Duration = time.GetElapsedTime(started),
            Scraped = fetched.Problem is null ? scratch.Sink.Scraped : 0,
            Kept = fetched.Problem is null ? scratch.Sink.Kept : 0,
            Added = problem is null ? scratch.Sink.Added : 0,
            BodyBytes = fetched.Problem is null ? scratch.Body.Length : 0,
        };
        Complete(target, batch, result);
        CommitOutcome outcome = await ticket.AppendAsync();
        if (outcome == CommitOutcome.Durable && problem is null) target.Memory.Succeed();
        else if (outcome == CommitOutcome.Unavailable)
            Log.NotStored(logger, target.Spec.Url, "the disk refuses to store samples");
        if (ticket.Report.Refused > 0)
        {
            Log.Refused(
                logger, ticket.Report.Refused, target.Spec.Url, ticket.Report.FirstReason,
                BatchLabels.Describe(batch, ticket.Report.FirstRefusedSeries));
        }

        return result;
    }

    private static void Complete(ScrapeTarget target, SampleBatch batch, ScrapeResult result)
    {
        if (result.Error is null)
        {
            target.Memory.AddVanished(batch, result.TimestampMs);
            target.Memory.Metadata.AddChanges(batch);
        }
        else
        {
            batch.Clear(LabelForm.Plain);
            target.Memory.AddAllStale(batch, result.TimestampMs);
        }

        target.Memory.AddReport(batch, result);
    }

    private static string? Parse(
        ScrapeTarget target, ScrapeScratch scratch, ExpositionFormat format, SampleBatch batch, long timestampMs)
    {
        ScrapeSink sink = scratch.Sink;
        sink.Begin(target.Spec, target.Memory, batch, timestampMs);
        scratch.Protobuf.AlwaysTakesClassicHistograms = target.Spec.Job.AlwaysTakesClassicHistograms;
        ExpositionError? error = format == ExpositionFormat.Protobuf
            ? scratch.Protobuf.Read(scratch.Body.Written, ref sink)
            : TextExposition.Read(scratch.Body.Written, format, ref sink);
        return sink.Problem ?? error?.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(3310, LogLevel.Warning, "Nothing is stored of the scrape of {Target}: {Reason}")]
        public static partial void NotStored(ILogger logger, Uri target, string reason);

        [LoggerMessage(3311, LogLevel.Warning,
            "{Count} samples of {Target} are refused, the first for {Reason}: {Series}")]
        public static partial void Refused(ILogger logger, int count, Uri target, string reason, string series);
    }
}
