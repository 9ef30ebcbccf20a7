namespace Flyball.Metrics.Api.Targets;

/// <summary>The view of a server that scrapes nothing.</summary>
internal sealed class NoTargets : ITargetView
{
    public IReadOnlyList<TargetStatus> Active => [];

    public IReadOnlyList<DroppedTarget> Dropped => [];

    public IReadOnlyDictionary<string, int> DroppedCounts => new Dictionary<string, int>();

    public IReadOnlyList<string> Pools => [];

    public string ConfigYaml => "";
}
