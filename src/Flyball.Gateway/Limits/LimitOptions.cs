namespace Flyball.Gateway.Limits;

/// <summary>How a gateway counts requests against rate limits.</summary>
public sealed record LimitOptions
{
    /// <summary>
    /// Keys (clients, consumers, headers' values) that are counted at a time, about 100 bytes each; further ones share
    /// one count for each limit. A limit has an eighth of them for itself, and more while half are free.
    /// Default 100,000.
    /// </summary>
    public int KeysMax { get; init; } = 100_000;

    /// <summary>
    /// How often what passed here is told to the other gateways; default 500 ms. Until then a limit may be passed by
    /// what the others let pass: at most its burst and this time's worth on each. It is made up for afterwards.
    /// </summary>
    public TimeSpan ShareInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Keys in one such message; others wait for the next. Default 1,000.</summary>
    public int SharedKeysMax { get; init; } = 1_000;
}
