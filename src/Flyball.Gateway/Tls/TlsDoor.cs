using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tls;

/// <summary>
/// Where clients connect with TLS: chooses the certificate by the host that the client names, and asks for a
/// certificate of its own where a route of that host wants one. A host without a certificate is refused: another one's
/// would only teach people to click warnings away.
/// </summary>
internal sealed partial class TlsDoor(
    TlsOptions options, CertificateTable certificates, ClientCertificateHosts asking, TlsMetrics metrics,
    ILogger<TlsDoor> logger)
{
    private static readonly IdnMapping Names = new();

    public void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => EndWithoutHandshakeAsync(next, connection));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = ChooseAsync,
            HandshakeTimeout = options.HandshakeTimeout,
        });
        listen.Use(next => connection =>
        {
            if (connection.Features.Get<ITlsHandshakeFeature>() is { } handshake)
                metrics.Established(handshake.Protocol, isResumed: false, onLoops: false);
            return next(connection);
        });
    }

    /// <summary>
    /// A connection that ends, or says that it will, before a handshake: the server below would call that an error.
    /// </summary>
    private async Task EndWithoutHandshakeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        try
        {
            await next(connection);
        }
        catch (NotSupportedException e) when (connection.Features.Get<TlsConnection>() is null)
        {
            metrics.Refused("no-tls");
            Log.NoHandshake(logger, e);
        }
    }

    private ValueTask<SslServerAuthenticationOptions> ChooseAsync(TlsHandshakeCallbackContext context)
    {
        string named = OnTheWire(context.ClientHelloInfo.ServerName);
        string host = named.Length > 0 ? named : options.DefaultHost ?? "";
        if (certificates.Snapshot.Find(host) is not { } certificate)
        {
            metrics.Refused(named.Length > 0 ? "unknown-host" : "no-host");
            throw new AuthenticationException(
                named.Length > 0 ? $"There is no certificate for '{named}'." : "The client named no host.");
        }

        metrics.Handshake();
        bool asks = asking.Ask(named);
        var connection = new TlsConnection(named, asks);
        context.Connection.Features.Set(connection);
        return ValueTask.FromResult(asks
            ? Asking(certificate, connection)
            : certificate.Plain ??= For(certificate));
    }

    /// <summary>
    /// An international name as the client sent it and as certificates and routes have it (<c>xn--…</c>): the runtime
    /// tells it decoded.
    /// </summary>
    private static string OnTheWire(string name)
    {
        if (Ascii.IsValid(name)) return name;
        try
        {
            return Names.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    private SslServerAuthenticationOptions Asking(ServerCertificate certificate, TlsConnection connection)
    {
        SslServerAuthenticationOptions asks = For(certificate);
        // A resumed session remembers the certificate alone, without those between it and its authority.
        asks.AllowTlsResume = false;
        asks.ClientCertificateRequired = true;
        // Nothing is fetched for a certificate that anybody may have made.
        asks.CertificateChainPolicy = new X509ChainPolicy
        {
            DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
        };
        // Whether it is good for a request is for the route to say, which answers with words.
        asks.RemoteCertificateValidationCallback = (_, shown, chain, _) =>
            connection.Show(shown as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? []);
        return asks;
    }

    private SslServerAuthenticationOptions For(ServerCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Context,
        EnabledSslProtocols = options.Protocols,
        ApplicationProtocols = TlsOptions.Applications,
        AllowRenegotiation = false,
    };

    private static partial class Log
    {
        [LoggerMessage(3067, LogLevel.Debug, "A connection to the TLS door ended before its handshake")]
        public static partial void NoHandshake(ILogger logger, Exception reason);
    }
}
