using Flyball.Gateway.FastPath.Loops;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>A loop's exchanges, used again: a request makes no objects.</summary>
internal sealed class ExchangePool(EventLoop loop)
{
    private const int Kept = 1024;

    private readonly Stack<Exchange> free = new();

    /// <summary>Requests that are being served.</summary>
    public int Busy { get; private set; }

    public Exchange Rent()
    {
        Busy++;
        return free.TryPop(out Exchange? exchange) ? exchange : new Exchange(loop);
    }

    public void Return(Exchange exchange)
    {
        Busy--;
        if (free.Count < Kept) free.Push(exchange);
    }
}
