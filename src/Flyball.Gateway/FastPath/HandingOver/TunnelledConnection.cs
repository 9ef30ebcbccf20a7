using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Securing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// The far end of a tunnel: for the other path a connection over TLS from the client's address, though what it reads is
/// decrypted already. It counts at its near end.
/// </summary>
internal sealed class TunnelledConnection : LoopConnection
{
    private readonly Action abort;

    public TunnelledConnection(AwaitedSocket far, TunnelFacts facts, Action abort)
        : base(far, static () => { })
    {
        this.abort = abort;
        LocalEndPoint = facts.Local;
        RemoteEndPoint = facts.Remote;
        var features = new TunnelTls(facts);
        Features.Set<ITlsConnectionFeature>(features);
        Features.Set<ITlsHandshakeFeature>(features);
        Features.Set(facts.Tls);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        // A pair of sockets knows no reset: the near end is told before it sees the end.
        abort();
        base.Abort(abortReason);
    }
}
