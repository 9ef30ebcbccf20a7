namespace Flyball.Contracts.Autoscaling;

/// <summary>The service objective that a replica's capacity is learnt for.</summary>
public sealed record ScaleObjective
{
    /// <summary>Latency not to be passed by <see cref="Quantile"/> of the requests; null for none.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>0 to 1, default 0.95.</summary>
    public double Quantile { get; set; } = 0.95;

    /// <summary>CPU of a replica's limit, 0 to 1; null for the target's, or 0.8.</summary>
    public double? Utilisation { get; init; }
}
