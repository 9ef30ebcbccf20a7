using System.Globalization;
using System.Text;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Signals;

/// <summary>
/// The PromQL behind the signals, over the series of docs/metrics-own.md. Every selector looks back one window and no
/// further: what is older than that is missing, not current.
/// </summary>
/// <param name="window">Rates and means are over this time; at least two samples must fall into it.</param>
internal sealed class SignalExpressions(TimeSpan window)
{
    /// <summary>With more workloads than this, a query asks for all: matching would cost more than it spares.</summary>
    private const int NamedMax = 100;

    private readonly string range = string.Create(
        CultureInfo.InvariantCulture, $"[{(long)window.TotalMilliseconds}ms]");

    // What a selector without a range sees in any PromQL.
    private static readonly TimeSpan LookBackMax = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How old the newest sample may be where policies' PromQL names no range: two windows, so that what is written
    /// once a window and arrives a little late is there at every tick; never longer than PromQL's usual five minutes.
    /// </summary>
    public TimeSpan LookBack { get; } = 2 * window < LookBackMax ? 2 * window : LookBackMax;

    /// <summary>Cores, by <c>allocation</c>.</summary>
    public string Cpu(IReadOnlyCollection<string> workloads) =>
        $"sum by (allocation) (rate(flyball_allocation_cpu_seconds_total{Of("workload", workloads)}{range}))";

    /// <summary>Bytes, by <c>allocation</c>.</summary>
    public string Memory(IReadOnlyCollection<string> workloads) =>
        $"max by (allocation) (last_over_time(flyball_allocation_memory_bytes{Of("workload", workloads)}{range}))";

    /// <summary>The share in use of the fullest file system that can be written to, by <c>node</c>.</summary>
    public string Disk =>
        $"max by (node) (1 - last_over_time(node_filesystem_avail_bytes{range})"
        + $" / last_over_time(node_filesystem_size_bytes{range})"
        + $" and last_over_time(node_filesystem_readonly{range}) == 0)";

    /// <summary>Requests that ended, a second, by <c>upstream</c>.</summary>
    public string Requests(IReadOnlyCollection<string> workloads) =>
        $"sum by (upstream) (rate(flyball_gateway_requests_total{Of("upstream", workloads)}{range}))";

    /// <summary>Requests in progress, by <c>upstream</c>: by Little's law the time requests took, a second.</summary>
    public string Concurrency(IReadOnlyCollection<string> workloads) =>
        "sum by (upstream) (histogram_sum(rate("
        + $"flyball_gateway_request_duration_seconds{Of("upstream", workloads)}{range})))";

    /// <summary>Seconds not passed by a share of the requests, by <c>upstream</c>.</summary>
    public string Latency(double quantile, IReadOnlyCollection<string> workloads) =>
        string.Create(CultureInfo.InvariantCulture, $"histogram_quantile({quantile}, sum by (upstream) (rate(")
        + $"flyball_gateway_request_duration_seconds{Of("upstream", workloads)}{range})))";

    /// <summary>
    /// How many gateways' counters are here, by <c>upstream</c>. A gateway counts from zero for every upstream that it
    /// serves: where there were no requests there is a 0, and no counter means that nothing is known. One sample in the
    /// window is not enough: rates have no value then.
    /// </summary>
    public string GatewaysCounting(IReadOnlyCollection<string> workloads) =>
        "count by (upstream) (count by (upstream, instance) (count_over_time("
        + $"flyball_gateway_requests_total{Of("upstream", workloads)}{range}) > 1))";

    /// <summary>Measurements a second that processes with gateways left out, of whatever metric.</summary>
    public string GatewaysLeavingOut =>
        $"sum(rate(flyball_telemetry_label_sets_refused_total{{role=~\"gateway|server\"}}{range}))";

    /// <summary>
    /// One workload's demand over its history. Nothing was in progress where the counters say that no request ended;
    /// the histogram begins with the first.
    /// </summary>
    public string DemandHistory(ScaleSignal signal, string? query, string workload)
    {
        if (signal == ScaleSignal.Query)
            return query!;
        var requests = $"sum({Requests([workload])})";
        return signal == ScaleSignal.Concurrency ? $"sum({Concurrency([workload])}) or {requests} == 0" : requests;
    }

    /// <summary>Mean cores of one workload's replicas.</summary>
    public string MeanCpuHistory(string workload) => $"avg({Cpu([workload])})";

    /// <summary>How many replicas of one workload used CPU.</summary>
    public string ReplicaHistory(string workload) => $"count({Cpu([workload])})";

    private static string Of(string label, IReadOnlyCollection<string> workloads)
    {
        if (workloads.Count is 0 or > NamedMax)
            return "";
        if (workloads.Count == 1)
            return $"{{{label}=\"{workloads.First()}\"}}";
        var text = new StringBuilder($"{{{label}=~\"");
        foreach (var workload in workloads)
            text.Append(text[^1] == '"' ? "" : "|").Append(workload.Replace(".", "\\\\.", StringComparison.Ordinal));
        return text.Append("\"}").ToString();
    }
}
