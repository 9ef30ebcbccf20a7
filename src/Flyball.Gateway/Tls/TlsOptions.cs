using System.Net.Security;
using System.Security.Authentication;

namespace Flyball.Gateway.Tls;

/// <summary>How a gateway serves TLS.</summary>
public sealed record TlsOptions
{
    /// <summary>
    /// <c>address:port</c> where clients connect with TLS; HTTP/1.1 and HTTP/2 by ALPN. Default none.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>
    /// The port that redirects to <c>https</c> name; null for that of the first address. Another one where the port
    /// that clients see leads to this one.
    /// </summary>
    public int? PublicPort { get; init; }

    /// <summary>
    /// A directory with pairs of PEM files: <c>NAME.crt</c> or <c>NAME.pem</c> with the certificate and its chain, and
    /// <c>NAME.key</c>; or in a folder of its own <c>fullchain.pem</c> and <c>privkey.pem</c>. Null for none. Changes
    /// are taken over within <see cref="FilesInterval"/>.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>How often the directory is looked at; default 2 s.</summary>
    public TimeSpan FilesInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The host whose certificate is for clients that name no host (those that connect to an address); null refuses
    /// them.
    /// </summary>
    public string? DefaultHost { get; init; }

    /// <summary>TLS 1.2 and 1.3 unless told otherwise: <c>Tls13</c> alone for the newer only.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>How long a handshake may take; default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A warning is logged when a certificate ends within this time; default 14 days.</summary>
    public TimeSpan WarnBefore { get; init; } = TimeSpan.FromDays(14);

    /// <summary>
    /// Certificates that are held at a time; further ones are counted and not served. Default 10,000.
    /// </summary>
    public int CertificatesMax { get; init; } = 10_000;

    internal static readonly List<SslApplicationProtocol> Applications =
        [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
}
