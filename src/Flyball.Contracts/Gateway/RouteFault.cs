namespace Flyball.Contracts.Gateway;

/// <summary>Faults made on purpose: some requests are delayed, some are not forwarded at all.</summary>
public sealed record RouteFault
{
    /// <summary>At most a minute; null for none.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Of 100 requests so many are delayed.</summary>
    public double DelayPercent { get; set; } = 100;

    /// <summary>The status that is answered instead, 400 to 599; null for none.</summary>
    public int? Abort { get; init; }

    /// <summary>Of 100 requests so many are answered like that.</summary>
    public double AbortPercent { get; set; } = 100;
}
