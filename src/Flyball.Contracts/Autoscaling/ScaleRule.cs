using System.Text.Json.Serialization;

namespace Flyball.Contracts.Autoscaling;

/// <summary>A threshold, and by how much to scale when it is passed for long enough.</summary>
public sealed record ScaleRule
{
    public required ScaleSignal Signal { get; init; }

    /// <summary>The PromQL of <see cref="ScaleSignal.Query"/>; null for other signals.</summary>
    public string? Query { get; init; }

    /// <summary>True for <c>&gt;</c>, which scales up; false for <c>&lt;</c>, which scales down.</summary>
    public required bool Above { get; init; }

    /// <summary>For <c>&gt;=</c> and <c>&lt;=</c>: the threshold itself counts as passed. Default no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OrEqual { get; set; }

    /// <summary>In the signal's unit; shares as 0.8.</summary>
    public required double Threshold { get; init; }

    /// <summary>How long it must be passed without a break.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>Replicas added or removed; null when <see cref="Percent"/> says it.</summary>
    public int? Step { get; init; }

    /// <summary>Share of the replicas added or removed, at least one; null when <see cref="Step"/> says it.</summary>
    public double? Percent { get; init; }

    /// <summary>For this long after it scaled, the rule neither scales again nor lets others scale down.</summary>
    public required TimeSpan Cooldown { get; init; }
}
