using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Contracts.Telemetry.Reporting;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>All label sets of one metric. Thread-safe.</summary>
internal sealed class MeterInstrument
{
    private readonly ConcurrentDictionary<Tag[], MeterSeries> series = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<Tag[], MeterSeries>.AlternateLookup<ReadOnlySpan<Tag>> lookup;
    private readonly int labelSetsMax;
    private readonly Action refused;
    private readonly string help;
    private readonly string unit;
    private int count;

    /// <param name="labelSetsMax">Of one metric; what is measured under others is left out.</param>
    /// <param name="refused">Called for each measurement that is left out.</param>
    public MeterInstrument(Instrument instrument, int labelSetsMax, Action refused)
    {
        this.labelSetsMax = labelSetsMax;
        this.refused = refused;
        lookup = series.GetAlternateLookup<ReadOnlySpan<Tag>>();
        string kind = instrument.GetType().Name;
        IsHistogram = kind.StartsWith("Histogram", StringComparison.Ordinal);
        IsCounter = kind.StartsWith("Counter", StringComparison.Ordinal)
            || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
        IsSet = instrument.IsObservable || kind.StartsWith("Gauge", StringComparison.Ordinal);
        IsObserved = instrument.IsObservable;
        Name = MetricNames.Of(instrument, IsCounter);
        help = instrument.Description ?? "";
        unit = MetricNames.Unit(instrument.Unit ?? "");
    }

    /// <summary>As Prometheus writes it.</summary>
    public string Name { get; }

    private bool IsHistogram { get; }

    private bool IsCounter { get; }

    /// <summary>A measurement replaces the one before; else it is added.</summary>
    private bool IsSet { get; }

    private bool IsObserved { get; }

    public void Record(long value, ReadOnlySpan<Tag> tags, int round)
    {
        if (Find(tags) is not { } found) return;
        if (IsHistogram) found.Histogram!.Record(value);
        else if (IsSet) Set(found, value, round);
        else found.Add(value);
    }

    public void Record(double value, ReadOnlySpan<Tag> tags, int round)
    {
        if (Find(tags) is not { } found) return;
        if (IsHistogram) found.Histogram!.Record(value);
        else if (IsSet) Set(found, value, round);
        else found.Add(value);
    }

    /// <summary>Writes every series; of what is observed only those that were there this round.</summary>
    public void Write(SampleWriter into, int round)
    {
        if (into.WantsDescriptions)
            into.Describe(Name, IsHistogram ? "histogram" : IsCounter ? "counter" : "gauge", help, unit);
        foreach (KeyValuePair<Tag[], MeterSeries> one in series)
        {
            MeterSeries found = one.Value;
            if (found.Histogram is { } histogram) into.Add(Name, histogram.Read(), found.Labels);
            else if (!IsObserved || found.SeenInRound == round) into.Add(Name, found.Value, found.Labels);
        }
    }

    private static void Set(MeterSeries found, double value, int round)
    {
        found.Set(value);
        found.SeenInRound = round;
    }

    private MeterSeries? Find(ReadOnlySpan<Tag> tags) =>
        lookup.TryGetValue(tags, out MeterSeries? found) ? found : Create(tags);

    private MeterSeries? Create(ReadOnlySpan<Tag> tags)
    {
        if (Interlocked.Increment(ref count) > labelSetsMax)
        {
            Interlocked.Decrement(ref count);
            refused();
            return null;
        }

        var fresh = new MeterSeries(tags, IsHistogram);
        if (lookup.TryAdd(tags, fresh)) return fresh;
        Interlocked.Decrement(ref count);
        return lookup[tags];
    }
}
