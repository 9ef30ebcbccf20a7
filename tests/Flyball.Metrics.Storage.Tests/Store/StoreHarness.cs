using Flyball.Base.Disk;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>A store on a faulty disk, with short words for what tests do to it.</summary>
internal sealed class StoreHarness : IAsyncDisposable
{
    public const long StartMs = 1_699_992_000_000;

    private readonly SampleBatch _batch = new();

    public StoreHarness(FaultyDisk? disk = null, Func<TimeSeriesOptions, TimeSeriesOptions>? change = null)
    {
        Disk = disk ?? new FaultyDisk(1);
        Change = change ?? (options => options);
        Store = Open(Disk, Time, Change);
    }

    public FaultyDisk Disk { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));

    public Func<TimeSeriesOptions, TimeSeriesOptions> Change { get; }

    public TimeSeriesStore Store { get; private set; }

    public AppendReport Report { get; } = new();

    public static TimeSeriesStore Open(
        IDisk disk, TimeProvider time, Func<TimeSeriesOptions, TimeSeriesOptions> change) =>
        TimeSeriesStore.Open(
            change(new TimeSeriesOptions
            {
                Directory = "/tsdb",
                MaintenanceInterval = TimeSpan.Zero,
                GroupCommitInterval = TimeSpan.Zero,
            }),
            disk, InlineWorkers.Instance, time, new Random(1), NullLogger.Instance);

    public static Labels Series(string name, string instance = "a") =>
        Labels.Of(("__name__", name), ("instance", instance));

    public void SetTime(long nowMs)
    {
        if (nowMs > Time.GetUtcNow().ToUnixTimeMilliseconds())
            Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
    }

    public async Task<CommitOutcome> AppendAsync(Labels labels, long timestampMs, double value, long startMs = 0)
    {
        _batch.Clear(Labelling.LabelForm.Plain);
        _batch.BeginSeries(labels);
        _batch.Add(timestampMs, value, startMs);
        SetTime(timestampMs);
        return await Store.AppendAsync(_batch, Report);
    }

    public async Task<CommitOutcome> AppendAsync(Labels labels, long timestampMs, NativeHistogram histogram)
    {
        _batch.Clear(Labelling.LabelForm.Plain);
        _batch.BeginSeries(labels);
        _batch.Add(timestampMs, histogram);
        SetTime(timestampMs);
        return await Store.AppendAsync(_batch, Report);
    }

    public async Task<CommitOutcome> AppendAsync(Action<SampleBatch> fill, long nowMs)
    {
        _batch.Clear(Labelling.LabelForm.Plain);
        fill(_batch);
        SetTime(nowMs);
        return await Store.AppendAsync(_batch, Report);
    }

    /// <summary>All samples of the matching series as text: labels, then time:value.</summary>
    public Dictionary<string, List<(long TimestampMs, double Value)>> Read(
        long minMs = long.MinValue / 2, long maxMs = long.MaxValue / 2, params LabelMatcher[] matchers)
    {
        var result = new Dictionary<string, List<(long TimestampMs, double Value)>>(StringComparer.Ordinal);
        using ISeriesSource source = Store.Open(minMs, maxMs);
        foreach (ISeries series in source.Select(new SeriesQuery(minMs, maxMs, matchers)))
        {
            var samples = new List<(long TimestampMs, double Value)>();
            ISampleIterator iterator = series.Iterate();
            while (iterator.Next() is var kind && kind != SampleKind.None)
                samples.Add((iterator.TimestampMs, kind == SampleKind.Float ? iterator.Value : iterator.Histogram.Sum));
            if (samples.Count > 0) result.Add(series.Labels.ToString(), samples);
        }

        return result;
    }

    /// <summary>Closes and opens again, as an orderly restart does.</summary>
    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        Store = Open(Disk, Time, Change);
    }

    /// <summary>The power fails, and comes back.</summary>
    public async Task CrashAsync()
    {
        Disk.Crash();
        // The old process is gone; what it would still write goes to files that nobody reads any more.
        TimeSeriesStore old = Store;
        Store = Open(Disk, Time, Change);
        old.Parts.Metrics.Dispose();
        await Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
