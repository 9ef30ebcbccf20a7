namespace Flyball.Contracts.Gateway.Security;

/// <summary>Who issues a host's certificate.</summary>
public enum CertificateSource
{
    /// <summary>The platform's own authority, whose root clients have to be told (<c>flyball ca</c>).</summary>
    Internal,

    /// <summary>An ACME server (RFC 8555), by HTTP-01.</summary>
    Acme,
}
