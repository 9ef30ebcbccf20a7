using System.Diagnostics.Metrics;

namespace Flyball.Metrics.Storage;

/// <summary>What the store counts, under the meter <c>Flyball.Metrics</c>.</summary>
internal sealed class StorageMetrics : IDisposable
{
    private readonly Meter _meter = new("Flyball.Metrics");
    private readonly Counter<long> _appended;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _unavailable;
    private readonly Counter<long> _damagedChunks;
    private readonly Counter<long> _failures;
    private readonly KeyValuePair<string, object?>[] _reasons;
    private long _damaged;

    public StorageMetrics()
    {
        _appended =
            _meter.CreateCounter<long>(
            "flyball.metrics.appended", "{sample}", "Samples, histograms and exemplars taken.");
        _refused = _meter.CreateCounter<long>("flyball.metrics.refused", "{sample}", "Those refused, by reason.");
        _unavailable =
            _meter.CreateCounter<long>(
            "flyball.metrics.unavailable", "{request}", "Batches refused because the disk refuses.");
        _damagedChunks =
            _meter.CreateCounter<long>("flyball.metrics.damaged_chunks", "{chunk}", "Chunks that could not be read.");
        _failures =
            _meter.CreateCounter<long>("flyball.metrics.maintenance_failures", "{failure}",
            "Maintenance steps that failed; they are tried again.");
        _reasons = [.. Enum.GetValues<SampleRefusal>().Select(
            reason => new KeyValuePair<string, object?>("reason", reason.ToString()))];
    }

    /// <summary>Chunks that could not be read since the start.</summary>
    public long DamagedChunks => Interlocked.Read(ref _damaged);

    public void Observe(string name, string unit, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, value, unit, description);

    public void Appended(AppendReport report)
    {
        _appended.Add(report.Accepted);
        if (report.Refused == 0) return;
        for (int reason = 1; reason < _reasons.Length; reason++)
        {
            int count = report[(SampleRefusal)reason];
            if (count > 0) _refused.Add(count, _reasons[reason]);
        }
    }

    public void Unavailable() => _unavailable.Add(1);

    public void MaintenanceFailed() => _failures.Add(1);

    public void DamagedChunk()
    {
        Interlocked.Increment(ref _damaged);
        _damagedChunks.Add(1);
    }

    public void Dispose() => _meter.Dispose();
}
