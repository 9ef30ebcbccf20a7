using Flyball.Autoscaling.Explaining;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Leading;

/// <summary>The newest reports of the server that decides; empty on any other.</summary>
internal sealed class ScalingBoard(TimeProvider time) : IScalingView
{
    private static readonly Dictionary<string, ScalingReport> Empty = [];

    private volatile Dictionary<string, ScalingReport> reports = Empty;

    public IReadOnlyCollection<ScalingReport> All => reports.Values;

    public ScalingReport? Find(string workload) => reports.GetValueOrDefault(workload);

    /// <summary>Replaces all reports; the dictionary is not changed afterwards.</summary>
    public void Show(Dictionary<string, ScalingReport> newest) => reports = newest;

    public void Clear() => reports = Empty;

    public IReadOnlyList<string> Explain(string workload) =>
        Find(workload) is { } report ? Tell(report) : [];

    /// <summary>A report in sentences, with its age.</summary>
    public IReadOnlyList<string> Tell(ScalingReport report) => ScalingStory.Tell(report, time.GetUtcNow());
}
