using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Importing;

/// <summary>
/// Brings old samples in OpenMetrics' text format into blocks of the right ranges, in any order, with their exemplars
/// and the starts of counters. The file is read once to check and count, and then once or more for each range, so that
/// memory is bounded whatever the file holds.
/// </summary>
internal sealed class OpenMetricsImport(TimeSeriesStore store, long samplesPerPass = 4_000_000)
{
    private const int SegmentBytes = 8 << 20;

    private readonly ImportedExemplars _exemplars = new(store.Parts.Options.ExemplarsMax);
    private long _samples;
    private long _repeated;
    private int _blocks;

    /// <summary>A file that is malformed anywhere changes nothing: it is read to its end first.</summary>
    /// <param name="open">Opens the file; called for each pass.</param>
    /// <param name="cancellation">Between passes.</param>
    /// <exception cref="IOException">File or disk refuse.</exception>
    public async Task<ImportReport> RunAsync(Func<Stream> open, CancellationToken cancellation)
    {
        ImportReport report = WriteBlocks(open, cancellation);
        long exemplars = await _exemplars.StoreAsync(store);
        return report with { Exemplars = exemplars, ExemplarsLeftOut = _exemplars.LeftOut };
    }

    private ImportReport WriteBlocks(Func<Stream> open, CancellationToken cancellation)
    {
        var sink = new ImportSink((long)store.Parts.Options.BlockRange.TotalMilliseconds);
        if (Read(open, sink) is { } problem) return new ImportReport { Problem = problem };
        long tooNew = 0;
        foreach ((long startMs, long count) in sink.Counts.ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!store.TryReserveForImport(startMs + (long)store.Parts.Options.BlockRange.TotalMilliseconds))
            {
                tooNew += count;
                continue;
            }

            int passes = (int)((count + samplesPerPass - 1) / samplesPerPass);
            for (int pass = 0; pass < passes; pass++)
            {
                sink.Collect(startMs, pass, passes);
                if (Read(open, sink) is { } changed) return Report(tooNew) with { Problem = changed };
                WriteBlock(sink, startMs);
            }
        }

        return Report(tooNew);
    }

    private ImportReport Report(long tooNew) => new()
    {
        Samples = _samples, Blocks = _blocks, Repeated = _repeated, TooNew = tooNew,
    };

    private static string? Read(Func<Stream> open, ImportSink sink)
    {
        using Stream stream = open();
        return new SegmentedBody(stream, SegmentBytes).Read(sink);
    }

    private void WriteBlock(ImportSink sink, long startMs)
    {
        if (sink.Series.Count == 0) return;
        ImportedSeries[] ordered = [.. sink.Series.Values];
        foreach (ImportedSeries series in ordered) _exemplars.Take(series);
        Array.Sort(ordered, static (a, b) => SeriesOrder.Compare(
            a.Name, a.Hash, a.Canonical, b.Name, b.Hash, b.Canonical));
        long endMs = startMs + (long)store.Parts.Options.BlockRange.TotalMilliseconds;
        var buffer = new SampleBuffer();
        store.Import(writer =>
        {
            for (int at = 0; at < ordered.Length;)
            {
                writer.BeginSeries(ordered[at].Canonical, ordered[at].Hash);
                // Two spellings of the same labels lie side by side.
                var samples = new List<(long TimestampMs, double Value)>();
                int first = at;
                while (at < ordered.Length && ordered[at].Canonical.AsSpan().SequenceEqual(ordered[first].Canonical))
                    samples.AddRange(ordered[at++].Samples);
                // A line that tells a start has none itself.
                ulong startKey = StartTimes.IsStart(ordered[first].Name) ? 0 : ordered[first].StartKey;
                Fill(buffer, samples, sink, startKey);
                writer.Add(buffer);
                writer.EndSeries();
            }

            writer.Finish(startMs, endMs, level: 1, replaces: []);
        });
        _blocks++;
    }

    private void Fill(
        SampleBuffer buffer, List<(long TimestampMs, double Value)> samples, ImportSink sink, ulong startKey)
    {
        buffer.Clear();
        foreach ((long timestampMs, double value) in samples.OrderBy(sample => sample.TimestampMs))
        {
            if (buffer.Count > 0 && buffer.TimestampsMs[^1] == timestampMs)
            {
                _repeated++;
                continue;
            }

            buffer.Add(timestampMs, value, startKey == 0 ? 0 : sink.StartMs(startKey, timestampMs));
            _samples++;
        }
    }
}
