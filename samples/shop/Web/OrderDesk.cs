namespace Shop.Web;

/// <summary>
/// A bounded capacity that is known exactly: SHOP_CLERKS orders at the same time (4), each for SHOP_ORDER_MS
/// milliseconds (50); others wait in line, at most 50 for each clerk.
/// </summary>
public sealed class OrderDesk(IConfiguration configuration) : IDisposable
{
    private const int WaitingPerClerk = 50;

    private readonly int clerkCount = Math.Max(1, configuration.GetValue("SHOP_CLERKS", 4));
    private readonly TimeSpan orderTime = TimeSpan.FromMilliseconds(configuration.GetValue("SHOP_ORDER_MS", 50.0));
    private readonly SemaphoreSlim clerks = new(Math.Max(1, configuration.GetValue("SHOP_CLERKS", 4)));
    private int waiting;

    /// <summary>False when the line is too long already.</summary>
    public async Task<bool> ServeAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref waiting) > clerkCount * WaitingPerClerk)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }

        try
        {
            await clerks.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        try
        {
            await Task.Delay(orderTime, cancellation);
            return true;
        }
        finally
        {
            clerks.Release();
        }
    }

    public void Dispose() => clerks.Dispose();
}
