namespace Flyball.Discovery.Registrations;

/// <summary>
/// How a registered check finds out. At most one of <see cref="Ttl"/>, <see cref="Http"/>, <see cref="Tcp"/> and
/// <see cref="Grpc"/> is set; none for a check that only the catalogue's API writes.
/// </summary>
internal sealed record CheckSpec
{
    /// <summary>
    /// The longest <see cref="Timeout"/>: who never answers has one of few places for as long.
    /// </summary>
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(60);

    /// <summary>The client tells its state at least this often, or the check turns critical.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>An absolute URL: 2xx passes, 429 warns, anything else is critical.</summary>
    public string? Http { get; init; }

    /// <summary>Of the HTTP check; null for GET.</summary>
    public string? Method { get; init; }

    public SortedDictionary<string, string[]>? Header { get; init; }

    public string? Body { get; init; }

    /// <summary><c>host:port</c> that must accept a connection.</summary>
    public string? Tcp { get; init; }

    /// <summary><c>host:port</c>, or <c>host:port/service</c>, that speaks gRPC's health protocol.</summary>
    public string? Grpc { get; init; }

    public bool GrpcUseTls { get; init; }

    public bool TlsSkipVerify { get; init; }

    public string? TlsServerName { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Critical for this long, and the service is deregistered; null for never.</summary>
    public TimeSpan? DeregisterAfter { get; init; }

    /// <summary>Successes in a row before it passes; 0 and 1 are at once.</summary>
    public int SuccessBeforePassing { get; init; }

    /// <summary>Failures in a row before it is critical; 0 and 1 are at once.</summary>
    public int FailuresBeforeCritical { get; init; }

    /// <summary>Bytes of output kept; 0 for the default.</summary>
    public int OutputBytesMax { get; init; }

    /// <summary>Consul's name of the kind; empty for a check without one.</summary>
    public string Type => Ttl is not null ? "ttl" : Http is not null ? "http" : Tcp is not null ? "tcp"
        : Grpc is not null ? "grpc" : "";

    /// <summary>It is probed from here, as opposed to told by the client.</summary>
    public bool IsProbed => Http is not null || Tcp is not null || Grpc is not null;
}
