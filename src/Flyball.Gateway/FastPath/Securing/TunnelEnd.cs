using Flyball.Gateway.FastPath.Loops;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>The loop's end of the pair of sockets whose other end the other path serves.</summary>
internal sealed class TunnelEnd(EventLoop loop, int descriptor) : LoopSocket(loop, descriptor)
{
    private Tunnel? tunnel;

    public void Belong(Tunnel to) => tunnel = to;

    public override void OnReady() => tunnel?.Pump();

    public override void Abandon() => tunnel?.Break();

    /// <summary>The other path reads the end.</summary>
    public void EndSending() => Posix.EndSending(Descriptor);
}
