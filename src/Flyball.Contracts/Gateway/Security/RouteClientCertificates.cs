namespace Flyball.Contracts.Gateway.Security;

/// <summary>Mutual TLS: which certificates of clients a route takes.</summary>
public sealed record RouteClientCertificates
{
    /// <summary>PEM of the authorities that may have issued them, one or more.</summary>
    public required string AuthoritiesPem { get; init; }

    /// <summary>
    /// False lets clients without a certificate pass, and says so by the absence of the subject's header. One that is
    /// shown must be good in any case.
    /// </summary>
    public bool Required { get; set; } = true;
}
