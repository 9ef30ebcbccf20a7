using Flyball.Gateway.Tls;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// The beginning of a connection at the TLS door: looks at what the client says, without taking it from the kernel, and
/// either shakes hands on the loop or passes the connection on as it came.
/// </summary>
internal sealed unsafe partial class Greeting(SecureClient client)
{
    private ClientHello hello;
    private TlsSession? session;

    /// <summary>Something has come, or may be sent.</summary>
    public void Continue()
    {
        if (session is not null) Shake(session);
        else if (client.CanRead) Look();
    }

    /// <summary>The handshake's time is up.</summary>
    public void TooLate() => Fail("time", "its time was up");

    private void Look()
    {
        Span<byte> scratch = client.Loop.Scratch;
        int got;
        fixed (byte* to = scratch) got = Posix.Look(client.Descriptor, to, ClientHello.BytesMax);
        if (got == -Posix.Again) return;
        if (got <= 0)
        {
            // Nobody has said anything: a port scan, or a health check by connection.
            client.Close();
            return;
        }

        Span<byte> room = scratch.Slice(ClientHello.BytesMax, ClientHello.BytesMax);
        switch (ClientHello.Read(scratch[..got], room, out hello))
        {
            case HelloVerdict.Incomplete when client.PeerDone:
                Fail("ended", "the client has gone");
                return;
            case HelloVerdict.Incomplete:
                return;
            case HelloVerdict.Complete when client.Loop.Parts.Tls.Choose(hello) is { } context:
                Begin(context);
                return;
            case HelloVerdict.NoTls:
                client.Loop.Parts.Tls.Metrics.Refused("no-tls");
                client.RefusePlain(isHttp: char.IsAsciiLetter((char)scratch[0]));
                return;
            default:
                client.PassOnUntouched();
                return;
        }
    }

    private void Begin(SslContextHandle context)
    {
        client.Loop.Parts.Tls.Metrics.Handshake();
        session = client.BeginSession(context);
        if (session is null) Fail("memory", "there is no memory for it");
        else Shake(session);
    }

    private void Shake(TlsSession with)
    {
        while (client.Flush())
        {
            LoopBio bio = client.BeginTurn();
            HandshakeState state = with.Handshake();
            string? reason = state == HandshakeState.Failed ? TlsSession.LastError() : null;
            bool wroteAll = bio.Out.Length < LoopBio.OutBytesMax / 2;
            bool left = client.Leave(bio);
            if (reason is not null || !left)
            {
                Fail(bio.HasEnded || !left ? "ended" : "protocol", reason ?? "the connection is broken");
                return;
            }

            if (state == HandshakeState.Done)
            {
                TlsMetrics metrics = client.Loop.Parts.Tls.Metrics;
                metrics.Established(with.Protocol, with.IsResumed, onLoops: true);
                client.Stand(hello.ServerName);
                return;
            }

            // A flight that did not fit has more to come once this part is with the kernel.
            if (wroteAll || client.HasUnsent) return;
        }
    }

    private void Fail(string metric, string reason)
    {
        client.Loop.Parts.Tls.Metrics.Failed(metric);
        Log.Failed(client.Loop.Parts.Tls.Logger, reason);
        client.Abandon();
    }

    private static partial class Log
    {
        [LoggerMessage(3065, LogLevel.Debug, "A TLS handshake failed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
