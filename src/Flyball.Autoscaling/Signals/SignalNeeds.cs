using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Signals;

/// <summary>What a set of policies looks at; only that is asked.</summary>
internal sealed class SignalNeeds
{
    private readonly HashSet<ScaleSignal> signals = [];
    private readonly Dictionary<string, List<string>> owners = new(StringComparer.Ordinal);

    /// <summary>Workloads that some policy is about.</summary>
    public SortedSet<string> Workloads { get; } = new(StringComparer.Ordinal);

    /// <summary>PromQL of policies, each once.</summary>
    public SortedSet<string> Queries { get; } = new(StringComparer.Ordinal);

    /// <summary>PromQL by the workload whose policy has it, in the policy's order.</summary>
    public SortedDictionary<string, List<string>> QueriesOf { get; } = new(StringComparer.Ordinal);

    public SortedSet<double> LatencyQuantiles { get; } = [];

    public bool Has(ScaleSignal signal) => signals.Contains(signal);

    /// <summary>The workloads whose policies have an expression.</summary>
    public IReadOnlyCollection<string> Owners(string query) => owners.GetValueOrDefault(query, []);

    public void Add(ScalePolicy policy)
    {
        Workloads.Add(policy.Workload);
        foreach (var target in policy.Targets)
            Add(target.Signal, target.Query, policy);
        foreach (var rule in policy.Rules)
            Add(rule.Signal, rule.Query, policy);
        if (policy.Prediction is not { } prediction)
            return;
        // The capacity model learns from all of these.
        var demand = Predicting.CapacityInForce.DemandSignal(policy);
        Add(demand, prediction.Demand, policy);
        Add(ScaleSignal.Cpu, null, policy);
        if (policy.Objective.Latency is not null)
            Add(ScaleSignal.Latency, null, policy);
    }

    private void Add(ScaleSignal signal, string? query, ScalePolicy policy)
    {
        signals.Add(signal);
        if (signal == ScaleSignal.Query)
            Add(query!, policy.Workload);
        if (signal != ScaleSignal.Latency)
            return;
        LatencyQuantiles.Add(policy.Objective.Quantile);
        // Without requests there is no latency, and that is no fault.
        signals.Add(ScaleSignal.RequestsPerSecond);
    }

    private void Add(string query, string workload)
    {
        Queries.Add(query);
        if (!QueriesOf.TryGetValue(workload, out var own))
            QueriesOf.Add(workload, own = []);
        if (own.Contains(query))
            return;
        own.Add(query);
        if (!owners.TryGetValue(query, out var known))
            owners.Add(query, known = []);
        known.Add(workload);
    }
}
