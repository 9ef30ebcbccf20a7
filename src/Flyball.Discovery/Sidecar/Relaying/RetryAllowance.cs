namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>
/// How often back ends may be tried beyond the first of each connection: a fifth of all connections, and some in store,
/// so that a service that is down altogether is not met by a multiple of its clients. From any thread.
/// </summary>
internal sealed class RetryAllowance
{
    private const int Cost = 5;

    /// <summary>A hundred tries in store.</summary>
    private const int StoreMax = 100 * Cost;

    private int left = StoreMax;

    /// <summary>A connection has come.</summary>
    public void Earn()
    {
        if (Volatile.Read(ref left) < StoreMax) Interlocked.Increment(ref left);
    }

    public bool TrySpend()
    {
        if (Interlocked.Add(ref left, -Cost) >= 0) return true;
        Interlocked.Add(ref left, Cost);
        return false;
    }
}
