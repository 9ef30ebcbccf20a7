using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Securing;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>Takes connections that the loops do not serve.</summary>
internal interface IHandOver
{
    /// <summary>
    /// From now on the descriptor is the receiver's, with the bytes that were read from it and not taken. It stays on
    /// its loop, on whose thread this is called.
    /// </summary>
    void Take(EventLoop loop, int descriptor, byte[] unread, bool isHttp2);

    /// <summary>
    /// From now on the far end of a tunnel is the receiver's, with the decrypted bytes that were not taken.
    /// </summary>
    /// <param name="loop">The loop of the near end, on whose thread this is called.</param>
    /// <param name="descriptor">The far end.</param>
    /// <param name="unread">What was read before.</param>
    /// <param name="facts">The connection at the near end.</param>
    /// <param name="abort">
    /// To be called, from any thread, before a far end is closed that is broken off and not ended.
    /// </param>
    void TakeTunnel(EventLoop loop, int descriptor, byte[] unread, TunnelFacts facts, Action abort);
}
