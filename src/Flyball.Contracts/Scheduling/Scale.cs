namespace Flyball.Contracts.Scheduling;

/// <summary>
/// How many replicas a workload shall have; written by Autoscaling or by the user (<c>flyball scale</c>), never by
/// <c>apply</c>. Named like the workload.
/// </summary>
public sealed record Scale
{
    /// <summary>The <see cref="Source"/> of a person.</summary>
    public const string ByUser = "user";

    /// <summary>The <see cref="Source"/> of a policy.</summary>
    public const string ByAutoscaling = "autoscaling";

    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    public required int Replicas { get; init; }

    /// <summary>Who wrote it: <c>user</c> or <c>autoscaling</c>.</summary>
    public required string Source { get; init; }

    /// <summary>A manual scale holds against autoscaling until then; null for no pin.</summary>
    public long? PinnedUntilUnixMs { get; init; }

    public string Reason { get; set; } = "";
}
