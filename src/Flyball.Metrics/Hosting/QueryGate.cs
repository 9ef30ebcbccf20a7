using System.Diagnostics.Metrics;

namespace Flyball.Metrics.Hosting;

/// <summary>
/// Lets so many queries run at one time and so many more wait for their turn; the rest are refused at once, because a
/// queue that only grows answers nobody. Thread-safe.
/// </summary>
internal sealed class QueryGate : IDisposable
{
    private readonly SemaphoreSlim slots;
    private readonly Meter meter = new("Flyball.Metrics");
    private readonly Counter<long> refused;
    private readonly int waitingMax;
    private int waiting;

    public QueryGate(MetricsOptions options)
    {
        slots = new SemaphoreSlim(options.QueriesMax);
        waitingMax = options.QueriesWaitingMax;
        refused = meter.CreateCounter<long>(
            "flyball.metrics.queries_refused", "{query}", "Queries refused because too many were waiting.");
    }

    /// <summary>Waits for a turn, which ends with <see cref="Leave"/>; false when too many wait already.</summary>
    /// <exception cref="OperationCanceledException">The token, before a turn came.</exception>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellation)
    {
        if (slots.Wait(0, CancellationToken.None)) return true;
        if (Interlocked.Increment(ref waiting) > waitingMax)
        {
            Interlocked.Decrement(ref waiting);
            refused.Add(1);
            return false;
        }

        try
        {
            await slots.WaitAsync(cancellation);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Leave() => slots.Release();

    public void Dispose()
    {
        slots.Dispose();
        meter.Dispose();
    }
}
