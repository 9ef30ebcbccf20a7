namespace Flyball.Autoscaling.Signals;

/// <summary>Everything that was read at one tick, for all workloads.</summary>
internal sealed class SignalBook
{
    private static readonly IReadOnlyDictionary<string, double> Nothing = new Dictionary<string, double>();

    /// <summary>Cores by allocation; null when the query has no answer.</summary>
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

    /// <summary>Gateways whose metrics are here.</summary>
    public int GatewaysReporting { get; set; }

    /// <summary>
    /// Gateways count some requests under no upstream of their own, because there are more than they keep apart: an
    /// upstream without a series is not one without requests.
    /// </summary>
    public bool GatewaysLeaveOut { get; set; }

    /// <summary>Values of the policies' own PromQL, by expression.</summary>
    public Dictionary<string, double> Queries { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with an expression, or with the metrics as a whole, by expression.</summary>
    public SortedDictionary<string, string> Failures { get; } = new(StringComparer.Ordinal);
}
