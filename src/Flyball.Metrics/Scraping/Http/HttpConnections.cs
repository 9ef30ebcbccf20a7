using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>Makes HTTP clients with the TLS and proxy settings of a job.</summary>
internal static class HttpConnections
{
    /// <summary>A connection that is not used that long is closed: well above the usual scrape interval.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Certificates may be rotated, and names may point elsewhere after that.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(15);

    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate is malformed.</exception>
    public static HttpMessageInvoker Create(HttpSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            PooledConnectionIdleTimeout = IdleTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            ActivityHeadersPropagator = null,
            UseProxy = settings.Proxy is not null || settings.ProxyFromEnvironment,
        };
        if (settings.Proxy is not null) handler.Proxy = new WebProxy(settings.Proxy);
        handler.SslOptions = TlsOptions(settings.Tls);
        // The handler itself would ask for, and check, the name in the address.
        if (settings.Tls.ServerName is { } name)
            handler.ConnectCallback = (context, cancellation) =>
                ConnectAsync(context, TlsOptions(settings.Tls), name, cancellation);
        return new HttpMessageInvoker(
            settings.FollowsRedirects ? new RedirectHandler(handler) : handler, disposeHandler: true);
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, SslClientAuthenticationOptions options, string serverName,
        CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        IAsyncDisposable? stream = null;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var plain = new NetworkStream(socket, ownsSocket: true);
            stream = plain;
            if (context.InitialRequestMessage.RequestUri?.Scheme != "https") return plain;
            options.TargetHost = serverName;
            options.ApplicationProtocols = context.InitialRequestMessage.Version.Major == 2
                ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http11];
            var secure = new SslStream(plain);
            stream = secure;
            await secure.AuthenticateAsClientAsync(options, cancellation);
            return secure;
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions TlsOptions(TlsSettings settings)
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = Protocols(settings) };
        string? ca = settings.Ca ?? ReadFile(settings.CaFile);
        string? certificate = settings.Certificate ?? ReadFile(settings.CertificateFile);
        string? key = settings.Key ?? ReadFile(settings.KeyFile);
        if (certificate is not null && key is not null)
            options.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        if (settings.SkipsVerification)
        {
#pragma warning disable CA5359 // The user asked for it by name.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (ca is not null)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(ca);
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return options;
    }

    private static SslProtocols Protocols(TlsSettings settings)
    {
        if (settings.MinVersion is null && settings.MaxVersion is null) return SslProtocols.None;
        SslProtocols protocols = SslProtocols.None;
        if (settings.MinVersion != "TLS13") protocols |= SslProtocols.Tls12;
        if (settings.MaxVersion != "TLS12") protocols |= SslProtocols.Tls13;
        return protocols;
    }

    private static string? ReadFile(string? path) => path is null ? null : File.ReadAllText(path);
}
