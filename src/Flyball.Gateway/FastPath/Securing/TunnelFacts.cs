using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>What the other path has to know of a connection that it gets decrypted.</summary>
internal sealed class TunnelFacts(SecureClient client, TlsConnection tls, TlsSession session)
{
    public IPEndPoint? Remote { get; } = client.Peer.EndPoint;

    public IPEndPoint? Local { get; } = client.Peer.OwnEndPoint;

    public TlsConnection Tls => tls;

    public SslProtocols Protocol { get; } = session.Protocol;

    public TlsCipherSuite? Cipher { get; } = session.Cipher;
}
