using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Hosting;

/// <summary>Keeps the store open for one request, query or evaluation; dispose it when done.</summary>
internal sealed class StoreLease(TimeSeriesStore store, Action leave) : IDisposable
{
    private bool isDisposed;

    public TimeSeriesStore Store => store;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true)) return;
        leave();
    }
}
