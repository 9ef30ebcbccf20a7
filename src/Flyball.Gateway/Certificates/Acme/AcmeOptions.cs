namespace Flyball.Gateway.Certificates.Acme;

/// <summary>Which ACME server (RFC 8555) issues certificates of routes with <c>tls: acme</c>.</summary>
public sealed record AcmeOptions
{
    /// <summary>
    /// The server's directory, for example <c>https://acme-v02.api.letsencrypt.org/directory</c>; whoever sets it
    /// agrees to that server's terms. Null for none: then nothing is ordered.
    /// </summary>
    public Uri? Directory { get; init; }

    /// <summary>Where the server may write when a certificate is about to end; null for nowhere.</summary>
    public string? Email { get; init; }

    /// <summary>PEM of the roots that the server's own certificate leads to; null for the system's.</summary>
    public string? RootsFile { get; init; }

    /// <summary>How long one request to the server may take; default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one order may take from its beginning to the certificate; default 3 minutes.</summary>
    public TimeSpan OrderTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often an order is asked about where the server does not say; default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
