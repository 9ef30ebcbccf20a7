using Flyball.Base.Loops;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>One of the two sides of a relayed connection.</summary>
internal sealed class RelaySocket(RelayLoop loop, int descriptor, Relay relay) : LoopSocket(loop, descriptor)
{
    public override void OnReady() => relay.OnReady(this);

    public override void Abandon() => relay.Abandon();

    public void BeginConnecting() => AwaitWritable();

    public void BeginConnected() => AssumeWritable();
}
