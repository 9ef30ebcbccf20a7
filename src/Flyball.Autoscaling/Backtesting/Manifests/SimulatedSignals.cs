using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Backtesting.Manifests;

/// <summary>Which parts of a policy speak of something that a simulated cluster has: CPU and requests.</summary>
internal static class SimulatedSignals
{
    /// <summary>The policy without the other parts, and those parts in words.</summary>
    public static (ScalePolicy Kept, IReadOnlyList<string> LeftOut) Keep(ScalePolicy policy)
    {
        List<string> leftOut = [];
        var rules = policy.Rules.Where(rule => Has(rule.Signal, rule.Query) || Leave(PolicyText.Of(rule))).ToList();
        var targets = policy.Targets
            .Where(target => Has(target.Signal, target.Query) || Leave(PolicyText.Of(target))).ToList();
        var objective = policy.Objective;
        if (objective.Latency is not null)
        {
            leftOut.Add("slo latency");
            objective = objective with { Latency = null };
        }
        if (policy.Min == 0)
            leftOut.Add("min 0, so one replica stays");
        return (
            policy with { Min = Math.Max(1, policy.Min), Rules = rules, Targets = targets, Objective = objective },
            leftOut);

        bool Has(ScaleSignal signal, string? query) =>
            signal is ScaleSignal.Cpu or ScaleSignal.RequestsPerSecond or ScaleSignal.Concurrency
                || signal == ScaleSignal.Query && query == policy.Prediction?.Demand;

        bool Leave(string part)
        {
            leftOut.Add(part);
            return false;
        }
    }
}
