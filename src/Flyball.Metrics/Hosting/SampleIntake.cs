using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Hosting;

/// <summary>
/// The way into the store for every protocol: hands out batches to fill, so many at a time, and takes them back to be
/// filled again. Thread-safe.
/// </summary>
internal sealed class SampleIntake(MetricsOptions options, StoreHost host) : IDisposable
{
    /// <summary>Batches kept for the next request; more are left to the garbage collector.</summary>
    private const int KeptMax = 16;

    /// <summary>
    /// A batch that has grown larger than this is not kept: one giant request should not cost for ever.
    /// </summary>
    private const int KeptBytesMax = 4 << 20;

    private readonly Meter meter = new("Flyball.Metrics");
    private readonly ConcurrentBag<(SampleBatch Batch, AppendReport Report)> kept = [];
    private Counter<long>? busy;
    private int inFlight;

    /// <summary>A batch to fill, or null and why there is none.</summary>
    public IntakeTicket? TryEnter(out IntakeRefusal refusal)
    {
        refusal = IntakeRefusal.None;
        if (Interlocked.Increment(ref inFlight) > options.WritesMax)
        {
            Interlocked.Decrement(ref inFlight);
            Busy.Add(1);
            refusal = IntakeRefusal.Busy;
            return null;
        }

        if (host.TryEnter() is not { } lease)
        {
            Interlocked.Decrement(ref inFlight);
            refusal = IntakeRefusal.NotOpen;
            return null;
        }

        if (!kept.TryTake(out (SampleBatch Batch, AppendReport Report) used))
            used = (new SampleBatch(), new AppendReport());
        return new IntakeTicket(this, lease, used.Batch, used.Report);
    }

    /// <summary>A sentence for the sender.</summary>
    public string Describe(IntakeRefusal refusal) => refusal == IntakeRefusal.Busy
        ? $"More than {options.WritesMax} writes at a time; repeat this one later."
        : host.DescribeAbsence();

    public void Dispose() => meter.Dispose();

    internal void Leave(IntakeTicket ticket)
    {
        if (kept.Count < KeptMax && ticket.Batch.Text.CapacityBytes <= KeptBytesMax)
            kept.Add((ticket.Batch, ticket.Report));
        Interlocked.Decrement(ref inFlight);
    }

    private Counter<long> Busy => busy ??= meter.CreateCounter<long>(
        "flyball.metrics.writes_refused", "{request}", "Writes refused because too many were being stored.");
}
