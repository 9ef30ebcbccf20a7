namespace Flyball.Contracts.Gateway;

/// <summary>Which endpoint gets a request.</summary>
public enum RouteBalanceKind
{
    /// <summary>Of two drawn at random the one with fewer requests in flight.</summary>
    TwoChoices,

    /// <summary>One after the other, by weight.</summary>
    RoundRobin,

    /// <summary>The one with the fewest requests in flight of all.</summary>
    LeastRequest,

    /// <summary>Of two drawn at random the one with less latency times requests in flight.</summary>
    Latency,

    /// <summary>The one that a header's, a cookie's or the address' hash leads to.</summary>
    Hash,
}
