namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// What a route says about TLS; the gateway's TLS door serves every route whose host has a certificate.
/// </summary>
public sealed record RouteTls
{
    /// <summary>Where the host's certificate comes from; null for the files that each gateway has.</summary>
    public CertificateSource? Certificate { get; init; }

    /// <summary>Plain HTTP is answered with a redirect to the same address under <c>https</c>.</summary>
    public bool Redirect { get; init; }

    /// <summary>
    /// How long browsers may keep to HTTPS (RFC 6797), whole seconds; null says nothing about it.
    /// </summary>
    public TimeSpan? Hsts { get; init; }

    /// <summary>Certificates that clients have to show; null asks for none.</summary>
    public RouteClientCertificates? Client { get; init; }
}
