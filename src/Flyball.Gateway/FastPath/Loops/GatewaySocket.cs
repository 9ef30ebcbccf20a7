namespace Flyball.Gateway.FastPath.Loops;

/// <summary>A socket of one of the gateway's loops.</summary>
internal abstract class GatewaySocket(EventLoop loop, int descriptor) : LoopSocket(loop, descriptor)
{
    public new EventLoop Loop => loop;

    /// <summary>
    /// Receives what nobody wants, at most so many buffers of it: whether the connection has ended or broken, or null
    /// when there may be more.
    /// </summary>
    protected bool? DiscardReceived(LoopBuffer into, int most)
    {
        for (int i = 0; i < most; i++)
        {
            into.Clear();
            int got = CanRead ? Receive(into, into.End, into.Free) : 0;
            if (got <= 0) return got < 0;
        }

        return null;
    }
}
