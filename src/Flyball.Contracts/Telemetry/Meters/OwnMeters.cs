using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>
/// What this process measures about itself: every meter of ours (<c>Flyball.*</c>) and the runtime's. It sees what is
/// counted from its creation on, so it is made before anything works. Histograms become native ones.
/// </summary>
public sealed class OwnMeters : ISampleSource, IDisposable
{
    /// <summary>
    /// Label sets of one metric at most, default 50,000: five classes of status of as many routes as a gateway labels,
    /// 10,000. A histogram in use takes 0.5 to 1.7 KiB, so that the bound is some 80 MiB a metric.
    /// </summary>
    public const int LabelSetsMax = 50_000;

    private const string RuntimeMeter = "System.Runtime";
    private const string OwnPrefix = "Flyball.";

    private readonly ConcurrentDictionary<string, MeterInstrument> instruments = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly Meter meter = new("Flyball.Telemetry");
    private readonly Counter<long> refused;
    private volatile int round;

    public OwnMeters()
    {
        listener.InstrumentPublished = Publish;
        // The state is null when the instrument's meter is disposed by another thread while it is being read.
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) =>
            (state as MeterInstrument)?.Record(value, tags, round));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) =>
            (state as MeterInstrument)?.Record((long)value, tags, round));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) =>
            (state as MeterInstrument)?.Record(value, tags, round));
        listener.Start();
        refused = meter.CreateCounter<long>(
            "flyball.telemetry.label_sets_refused", "{measurement}",
            "Measurements left out because their metric has too many label sets.");
    }

    public ValueTask CollectAsync(SampleWriter into, CancellationToken cancellation)
    {
        round++;
        listener.RecordObservableInstruments();
        foreach (KeyValuePair<string, MeterInstrument> one in instruments) one.Value.Write(into, round);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    private void Publish(Instrument instrument, MeterListener to)
    {
        string name = instrument.Meter.Name;
        if (!name.StartsWith(OwnPrefix, StringComparison.Ordinal) && name != RuntimeMeter) return;

        // Some instruments have a twin in another meter object of the same name: they are one metric.
        MeterInstrument found = instruments.GetOrAdd(
            instrument.Name, _ => new MeterInstrument(instrument, LabelSetsMax, () => refused?.Add(1)));
        to.EnableMeasurementEvents(instrument, found);
    }
}
