namespace Flyball.Contracts.Autoscaling;

/// <summary>A value that a signal is held at by adding and removing replicas, as the HPA of Kubernetes does.</summary>
public sealed record ScaleTarget
{
    public required ScaleSignal Signal { get; init; }

    /// <summary>The PromQL of <see cref="ScaleSignal.Query"/>; null for other signals.</summary>
    public string? Query { get; init; }

    /// <summary>In the signal's unit; shares as 0.6. Above 0.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// The signal is a sum over all replicas, and the value is one replica's part of it. False for shares, which are
    /// means already, and for a query whose value does not fall because there are more replicas to divide by.
    /// </summary>
    public bool PerReplica { get; init; }
}
