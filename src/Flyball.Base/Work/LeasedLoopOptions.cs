namespace Flyball.Base.Work;

/// <summary>Under which lease a <see cref="LeasedLoop"/> works, and how often.</summary>
public sealed record LeasedLoopOptions
{
    public required string Lease { get; init; }

    /// <summary>Who this server is among those that could do the work.</summary>
    public required string Holder { get; init; }

    /// <summary>How long the lease lasts without being renewed; longer than a look takes.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>Between two looks, changes apart.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Kinds of resources whose changes are looked at.</summary>
    public required IReadOnlyList<string> Watched { get; init; }
}
