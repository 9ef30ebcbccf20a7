namespace Flyball.Contracts.Gateway.Security;

/// <summary>What has a count of its own.</summary>
public enum RateLimitKey
{
    /// <summary>All requests of the route together.</summary>
    Route,

    /// <summary>Each address of a client; of IPv6 each network of 64 bits.</summary>
    Address,

    /// <summary>
    /// Each consumer, or subject of a token; requests of nobody in particular are counted by their address.
    /// </summary>
    Consumer,

    /// <summary>Each API key; others as <see cref="Consumer"/>.</summary>
    Key,

    /// <summary>Each value of a header; requests without it are counted together.</summary>
    Header,
}
