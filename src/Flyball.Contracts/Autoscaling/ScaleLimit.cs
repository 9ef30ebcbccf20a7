namespace Flyball.Contracts.Autoscaling;

/// <summary>How many replicas may be added, or removed, within a period.</summary>
public sealed record ScaleLimit
{
    /// <summary>A number of replicas; null when <see cref="Percent"/> says it.</summary>
    public int? Replicas { get; init; }

    /// <summary>A share of the replicas at the period's beginning: 1 doubles. Null when a number says it.</summary>
    public double? Percent { get; init; }

    public required TimeSpan Period { get; init; }
}
