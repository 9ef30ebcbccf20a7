using Flyball.Autoscaling.Activation;
using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Signals;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Leading;

/// <summary>Puts together what the store and the metrics say about one workload.</summary>
/// <param name="window">A replica that serves for less than this is still starting, as far as its CPU goes.</param>
/// <param name="asked">What gateways tell.</param>
internal sealed class ObservationBuilder(TimeSpan window, ActivationBoard asked)
{
    /// <summary>
    /// A gateway that cannot reach its server serves on by what it knows: for this long after one has gone, no workload
    /// counts as unused.
    /// </summary>
    private static readonly TimeSpan WentLately = TimeSpan.FromMinutes(10);

    private long? deafSinceUnixMs;

    public Observation Build(WorkloadState workload, ClusterState cluster, SignalBook book, long atUnixMs)
    {
        var policy = workload.Policy.Value;
        var requests = book.Requests?.GetValueOrDefault(workload.Name, double.NaN) ?? double.NaN;
        var use = asked.Of(workload.Name, workload.Policy.Revision.Value, cluster.GatewaysLive, atUnixMs);
        // Requests that wait are in progress, and will be measured when they have ended.
        var concurrency = Concurrency(workload.Name, requests, book) + use.Waiting;
        return new Observation
        {
            AtUnixMs = atUnixMs,
            Replicas = workload.Wanted,
            Ready = workload.Replicas.Count(replica => replica.ServesSinceUnixMs is not null),
            Cpu = Use(workload, book.CpuCores, workload.CpuLimit, atUnixMs, settles: true),
            Memory = Use(workload, book.MemoryBytes, workload.MemoryLimitBytes, atUnixMs, settles: false),
            Disk = Fullest(workload, book.DiskShare),
            RequestsPerSecond = requests,
            Concurrency = concurrency,
            LatencySeconds = Latency(policy, workload.Name, requests, book),
            Demand = CapacityInForce.DemandSignal(policy) switch
            {
                ScaleSignal.Query => policy.Prediction?.Demand is { } query
                    && book.Queries.GetValueOrDefault(query, double.NaN) is >= 0 and var value ? value : double.NaN,
                ScaleSignal.Concurrency => concurrency,
                _ => requests,
            },
            GatewaysPartial = book.GatewaysLeaveOut
                || !(book.GatewaysCounting?.GetValueOrDefault(workload.Name) >= cluster.GatewaysLive.Count),
            HasRoute = cluster.HasRoute(workload.Name),
            Use = use,
            GatewayWentLately = cluster.GatewayWentUnixMs is { } went
                && atUnixMs - went < (long)WentLately.TotalMilliseconds,
            DeafTo = deafSinceUnixMs is { } since && atUnixMs - since >= (long)window.TotalMilliseconds
                ? use.Unheard : null,
            Queries = book.Queries,
        };
    }

    /// <summary>Once a tick, before the workloads: since when some live gateway tells nothing.</summary>
    public void Begin(ClusterState cluster, long atUnixMs)
    {
        if (asked.Of("", 0, cluster.GatewaysLive, atUnixMs).Unheard is null)
            deafSinceUnixMs = null;
        else
            deafSinceUnixMs ??= atUnixMs;
    }

    /// <summary>Forgets the use of workloads that have no policy any more.</summary>
    public void Keep(IReadOnlySet<string> workloads) => asked.Keep(workloads);

    private Usage Use(
        WorkloadState workload, IReadOnlyDictionary<string, double>? used, double limit, long atUnixMs, bool settles)
    {
        if (used is null || !(limit > 0))
            return new Usage(0, 0, workload.Replicas.Count, 0);
        double sum = 0;
        int measured = 0, missing = 0, starting = 0;
        var settledBy = atUnixMs - (long)window.TotalMilliseconds;
        foreach (var replica in workload.Replicas)
        {
            if (settles && !(replica.ServesSinceUnixMs <= settledBy))
                starting++;
            else if (used.TryGetValue(replica.Allocation, out var value) && double.IsFinite(value))
                (sum, measured) = (sum + value / limit, measured + 1);
            else if (replica.ServesSinceUnixMs is not null)
                missing++;
        }
        return new Usage(sum, measured, missing, starting);
    }

    // The histogram of durations has no zero to begin with; the counter of requests has.
    private static double Concurrency(string workload, double requests, SignalBook book)
    {
        if (book.Concurrency is not { } rows)
            return double.NaN;
        return rows.TryGetValue(workload, out var value) ? value : requests == 0 ? 0 : double.NaN;
    }

    private static double Latency(ScalePolicy policy, string workload, double requests, SignalBook book)
    {
        if (!book.Latency.TryGetValue(policy.Objective.Quantile, out var rows))
            return double.NaN;
        // Of no requests there is no quantile.
        return rows.TryGetValue(workload, out var value) && double.IsFinite(value)
            ? value
            : requests <= 0 ? 0 : double.NaN;
    }

    private static double Fullest(WorkloadState workload, IReadOnlyDictionary<string, double> nodes)
    {
        var fullest = double.NaN;
        foreach (var replica in workload.Replicas)
            if (nodes.TryGetValue(replica.Node, out var share) && double.IsFinite(share) && !(share <= fullest))
                fullest = share;
        return fullest;
    }
}
