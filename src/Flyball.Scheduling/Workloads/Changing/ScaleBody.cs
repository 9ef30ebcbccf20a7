namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>What <c>POST …/scale</c> takes.</summary>
internal sealed record ScaleBody
{
    /// <summary>0 to 10,000.</summary>
    public int? Replicas { get; set; }

    /// <summary>
    /// How long it holds against autoscaling: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>1d</c>; null for one hour.
    /// </summary>
    public string? Pin { get; set; }
}
