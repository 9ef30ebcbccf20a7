using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Flyball.Discovery.Checking;

/// <summary>
/// TLS to a server that is called otherwise than its address: <c>SocketsHttpHandler</c> asks for the URL's host, and
/// leaves a connection alone that has its TLS already.
/// </summary>
internal static class NamedTls
{
    /// <param name="context">What the handler wants to connect to.</param>
    /// <param name="serverName">Asked for (SNI), and whom the certificate must name.</param>
    /// <param name="trusts">Any certificate will do.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, string serverName, bool trusts, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var plain = new NetworkStream(socket, ownsSocket: true);
            // A redirect may lead to a server without TLS.
            if (context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps) return plain;
            var tls = new SslStream(plain);
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = serverName,
                ApplicationProtocols = context.InitialRequestMessage.Version == HttpVersion.Version20
                    ? [SslApplicationProtocol.Http2] : [SslApplicationProtocol.Http11],
            };
            if (trusts)
            {
#pragma warning disable CA5359 // The one who registers the check asks for it by TLSSkipVerify.
                options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            await tls.AuthenticateAsClientAsync(options, cancellation);
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
