using System.Security.Cryptography;
using Flyball.Gateway.Tls;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// What all loops share about TLS, and who serves a connection: a loop, when the client offers HTTP/1.1 alone, its host
/// has a certificate and asks for none of the client's; the other path otherwise, refusals too.
/// </summary>
internal sealed partial class LoopTls
{
    private readonly TlsOptions options;
    private readonly CertificateTable certificates;
    private readonly ClientCertificateHosts asking;
    private readonly ILogger logger;

    public LoopTls(
        TlsOptions options, CertificateTable certificates, ClientCertificateHosts asking, TlsMetrics metrics,
        ILogger<LoopTls> logger)
    {
        this.options = options;
        this.certificates = certificates;
        this.asking = asking;
        this.logger = logger;
        Metrics = metrics;
    }

    public TlsMetrics Metrics { get; }

    public ILogger Logger => logger;

    public TimeSpan HandshakeTimeout => options.HandshakeTimeout;

    /// <summary>Whether the loops can speak TLS here; tells why not, so it is asked once.</summary>
    public bool CanServe()
    {
        if (OpenSslLibrary.Problem is not { } problem) return true;
        Log.NotOnLoops(logger, problem);
        return false;
    }

    /// <summary>What the loop serves the client with; null when the connection is for the other path.</summary>
    public SslContextHandle? Choose(in ClientHello hello)
    {
        if (hello.OffersHttp2 || (hello.OffersProtocols && !hello.OffersHttp11)) return null;
        string host = hello.ServerName.Length > 0 ? hello.ServerName : options.DefaultHost ?? "";
        if (asking.Ask(hello.ServerName)) return null;
        return certificates.Snapshot.Find(host) is { } certificate ? ContextOf(certificate) : null;
    }

    private SslContextHandle? ContextOf(ServerCertificate certificate)
    {
        if (certificate.OnLoops is { } made) return made.Context;
        (SslContextHandle? context, string? problem) = Make(certificate);
        if (problem is not null) Log.CertificateNotOnLoops(logger, string.Join(", ", certificate.Hosts), problem);
        return certificate.ServeOnLoops(new LoopCertificate(context)).Context;
    }

    private (SslContextHandle? Context, string? Problem) Make(ServerCertificate certificate)
    {
        try
        {
            return SslContexts.Make(certificate, options.Protocols);
        }
        catch (CryptographicException e)
        {
            return (null, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3063, LogLevel.Information, "The gateway's loops speak no TLS, Kestrel does: {Reason}")]
        public static partial void NotOnLoops(ILogger logger, string reason);

        [LoggerMessage(3064, LogLevel.Warning, "The certificate for {Hosts} is served by Kestrel only: {Reason}")]
        public static partial void CertificateNotOnLoops(ILogger logger, string hosts, string reason);
    }
}
