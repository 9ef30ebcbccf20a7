using System.Globalization;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Ingestion.Tests;

/// <summary>A store in memory on a clock that the test moves, and the way into it.</summary>
internal sealed class StoreWorld : IAsyncDisposable
{
    /// <summary>A full hour, so that schedules are easy to read.</summary>
    public const long StartMs = 1_699_992_000_000;

    private StoreWorld(FaultyDisk disk, FakeTimeProvider clock)
    {
        (Disk, Clock) = (disk, clock);
        Options = new MetricsOptions { DataDirectory = "/metrics", SyncInterval = TimeSpan.Zero };
        Host = new StoreHost(
            Options, disk, InlineWorkers.Instance, clock, new Random(1), NullLogger<StoreHost>.Instance);
        Intake = new SampleIntake(Options, Host);
    }

    public FaultyDisk Disk { get; }

    public FakeTimeProvider Clock { get; }

    public MetricsOptions Options { get; }

    public StoreHost Host { get; }

    public SampleIntake Intake { get; }

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<StoreWorld> OpenAsync()
    {
        var world = new StoreWorld(
            new FaultyDisk(1), new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(StartMs)));
        await world.Host.Start();
        return world;
    }

    /// <summary>All samples: labels, then <c>time:value</c>, times counted from the start in milliseconds.</summary>
    public string Dump(Func<string, bool>? wants = null)
    {
        var lines = new List<string>();
        using StoreLease lease = Host.TryEnter()!;
        using ISeriesSource source = lease.Store.Open(0, long.MaxValue / 2);
        foreach (ISeries series in source.Select(new SeriesQuery(0, long.MaxValue / 2, [])))
        {
            string labels = series.Labels.ToString();
            if (wants is not null && !wants(labels)) continue;
            lines.Add(labels + string.Concat(Samples(series)));
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        Intake.Dispose();
        await Host.DisposeAsync();
    }

    private static IEnumerable<string> Samples(ISeries series)
    {
        ISampleIterator iterator = series.Iterate();
        while (iterator.Next() is var kind && kind != SampleKind.None)
        {
            double value = kind == SampleKind.Float ? iterator.Value : iterator.Histogram.Sum;
            string text = SpecialValues.IsStale(value) ? "stale" : GoNumber.Short(value);
            string mark = kind == SampleKind.Float ? "" : "h";
            yield return string.Create(CultureInfo.InvariantCulture, $" {iterator.TimestampMs - StartMs}:{mark}{text}");
        }
    }
}
