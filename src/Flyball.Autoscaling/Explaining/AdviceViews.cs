namespace Flyball.Autoscaling.Explaining;

/// <summary>Vertical advice: what workloads should ask for, from what they used.</summary>
/// <param name="RangeSeconds">How far back was looked.</param>
/// <param name="WastedCores">What all of them set aside in vain; shortages of others are not offset.</param>
/// <param name="WastedGibiBytes">The same of memory.</param>
/// <param name="Workloads">In order of name.</param>
internal sealed record AdviceAnswer(
    double RangeSeconds, double WastedCores, double WastedGibiBytes, IReadOnlyList<AdviceRow> Workloads);

/// <summary>One workload. Today's values are null where the manifest has none; advice where nothing was seen.</summary>
internal sealed record AdviceRow
{
    public required string Workload { get; init; }

    public required int Replicas { get; init; }

    /// <summary>What is set aside for a replica today: the reservation, or the limit where there is none.</summary>
    public double? RequestedCores { get; init; }

    public double? RequestedMebiBytes { get; init; }

    public double? RequestCores { get; init; }

    public double? LimitCores { get; init; }

    public double? RequestMebiBytes { get; init; }

    public double? LimitMebiBytes { get; init; }

    /// <summary>Of all replicas; negative when too little is set aside; null when nothing is.</summary>
    public double? WastedCores { get; init; }

    public double? WastedGibiBytes { get; init; }
}
