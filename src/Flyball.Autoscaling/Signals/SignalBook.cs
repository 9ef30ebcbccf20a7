using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Signals;

/// <summary>Everything that was read at one tick, for all workloads.</summary>
internal sealed class SignalBook
{
    private static readonly IReadOnlyDictionary<string, double> Nothing = new Dictionary<string, double>();

    /// <summary>Cores by allocation, NaN where there is no number; null when the query has no answer.</summary>
    public IReadOnlyDictionary<string, double>? CpuCores { get; set; }

    /// <summary>By allocation; null when the query has no answer.</summary>
    public IReadOnlyDictionary<string, double>? MemoryBytes { get; set; }

    /// <summary>By node.</summary>
    public IReadOnlyDictionary<string, double> DiskShare { get; set; } = Nothing;

    /// <summary>By workload; null when the query has no answer.</summary>
    public IReadOnlyDictionary<string, double>? Requests { get; set; }

    /// <summary>By workload; null when the query has no answer.</summary>
    public IReadOnlyDictionary<string, double>? Concurrency { get; set; }

    /// <summary>Seconds by quantile, then workload.</summary>
    public Dictionary<double, IReadOnlyDictionary<string, double>> Latency { get; } = [];

    /// <summary>
    /// By workload, how many gateways' counters of its requests are here; null when the query has no answer.
    /// </summary>
    public IReadOnlyDictionary<string, double>? GatewaysCounting { get; set; }

    /// <summary>
    /// Gateways may have left out some measurements, because there are more label sets than they keep apart: what is
    /// here is a part.
    /// </summary>
    public bool GatewaysLeaveOut { get; set; }

    /// <summary>Values of the policies' own PromQL, by expression.</summary>
    public Dictionary<string, double> Queries { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a policy's own PromQL, by expression.</summary>
    public Dictionary<string, string> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>What the metrics said instead of a signal. Expressions name all workloads and are not shown.</summary>
    public Dictionary<ScaleSignal, string> SignalFailures { get; } = [];

    /// <summary>
    /// What failed of what a policy looks at, for its owner: nothing of other policies, which may be another project's.
    /// </summary>
    public IReadOnlyList<string> FailuresOf(ScalePolicy policy)
    {
        const int shown = 3;
        var needs = new SignalNeeds();
        needs.Add(policy);
        return
        [
            .. needs.Queries.Where(Failures.ContainsKey).Select(query => $"{query}: {Failures[query]}")
                .Concat(SignalFailures.OrderBy(one => one.Key).Where(one => needs.Has(one.Key))
                    .Select(one => $"{PolicyText.Signal(one.Key, null)}: {one.Value}"))
                .Take(shown),
        ];
    }
}
