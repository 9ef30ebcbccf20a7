namespace Flyball.Gateway.Health;

/// <summary>When an endpoint that fails requests is left out, and for how long.</summary>
public sealed record OutlierOptions
{
    /// <summary>Failures in a row to connect or to get an answer; default 3.</summary>
    public int FailuresMax { get; init; } = 3;

    /// <summary>Answers of 500 and above in a row; default 5.</summary>
    public int ServerErrorsMax { get; init; } = 5;

    /// <summary>The first ejection; each further one doubles it. Default 5 s.</summary>
    public TimeSpan EjectionTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest ejection; default 2 minutes.</summary>
    public TimeSpan EjectionTimeMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The share of an upstream's serving endpoints that may be ejected at once; default one half, rounded down: a
    /// single endpoint is never ejected.
    /// </summary>
    public double EjectedShareMax { get; init; } = 0.5;

    /// <summary>How often ejected endpoints are probed; default 1 s.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a probe may take; default 1 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A path to get: an answer below 500 brings an ejected endpoint back. Null (the default) probes by a TCP
    /// connection, which brings back only what was ejected as unreachable.
    /// </summary>
    public string? ProbePath { get; init; }
}
