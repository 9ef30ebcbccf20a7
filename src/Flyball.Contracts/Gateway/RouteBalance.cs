namespace Flyball.Contracts.Gateway;

/// <summary>How a route's requests are spread over a service's endpoints.</summary>
public sealed record RouteBalance
{
    public RouteBalanceKind Kind { get; set; } = RouteBalanceKind.TwoChoices;

    /// <summary>
    /// What is hashed: <c>header:NAME</c>, <c>cookie:NAME</c> or <c>address</c>; null unless the kind is
    /// <see cref="RouteBalanceKind.Hash"/>. A request without it is spread by two choices.
    /// </summary>
    public string? HashOf { get; init; }

    /// <summary>
    /// How long an endpoint that has just become ready gets less than its share, growing from a tenth; null for not.
    /// </summary>
    public TimeSpan? SlowStart { get; init; }

    /// <summary>
    /// A cookie that keeps a client at the endpoint which first answered it, as long as that serves; null for none.
    /// </summary>
    public string? StickyCookie { get; init; }

    /// <summary>How long that cookie lives; null for the browser's session.</summary>
    public TimeSpan? StickyFor { get; init; }
}
