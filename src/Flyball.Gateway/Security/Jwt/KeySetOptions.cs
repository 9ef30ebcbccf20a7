namespace Flyball.Gateway.Security.Jwt;

/// <summary>How a gateway gets the key sets of token issuers.</summary>
public sealed record KeySetOptions
{
    /// <summary>How often a set is fetched again; default 10 minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The least time between two fetches when a token names a key that is not known, which is how a new key is noticed
    /// before its time; default 10 s.
    /// </summary>
    public TimeSpan AskedIntervalMin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after a first failure; it doubles up to <see cref="Interval"/>. Default 2 s.</summary>
    public TimeSpan RetryMin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a set is used that cannot be fetched again; after that tokens are answered with 503. Default 24 h.
    /// </summary>
    public TimeSpan KeptMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a fetch may take; default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a set; default 1 MiB.</summary>
    public int BytesMax { get; init; } = 1024 * 1024;
}
