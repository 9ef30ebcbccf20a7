using Flyball.Gateway.Certificates.Acme;

namespace Flyball.Gateway.Certificates;

/// <summary>How a server has certificates issued for the hosts of its routes.</summary>
public sealed record CertificateOptions
{
    /// <summary>Who this server is where one of several does the work.</summary>
    public required string Holder { get; init; }

    public AcmeOptions Acme { get; init; } = new();

    /// <summary>How often is looked for what is due; changes of routes are seen at once. Default 30 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the work stays with a server that is gone; longer than an order takes, before each of which it is
    /// renewed. Default 5 minutes.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an order waits for the gateways to know a challenge; default 10 s.</summary>
    public TimeSpan GatewaysWait { get; init; } = TimeSpan.FromSeconds(10);
}
