namespace Flyball.Discovery;

/// <summary>How the catalogue is kept.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Who holds the lease: unique among the servers. Default a name that suits one server.</summary>
    public string Holder { get; init; } = "server";

    /// <summary>
    /// How long the lease on writing the catalogue lasts without renewal; renewed at a third. Default 9 s.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(9);
}
