namespace Flyball.Metrics.Scraping.Configuration;

/// <summary><c>tls_config</c>; PEM texts, or paths of files that hold them.</summary>
internal sealed record TlsSettings
{
    public string? Ca { get; init; }

    public string? CaFile { get; init; }

    public string? Certificate { get; init; }

    public string? CertificateFile { get; init; }

    public string? Key { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>The name that the certificate must have; null for the target's own.</summary>
    public string? ServerName { get; init; }

    public bool SkipsVerification { get; init; }

    /// <summary><c>TLS12</c> or <c>TLS13</c>; null lets the system choose.</summary>
    public string? MinVersion { get; init; }

    public string? MaxVersion { get; init; }
}
