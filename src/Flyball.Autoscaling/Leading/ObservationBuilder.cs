using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Signals;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Leading;

/// <summary>Puts together what the store and the metrics say about one workload.</summary>
/// <param name="window">A replica that serves for less than this is still starting, as far as its CPU goes.</param>
internal sealed class ObservationBuilder(TimeSpan window)
{
    public Observation Build(WorkloadState workload, ClusterState cluster, SignalBook book, long atUnixMs)
    {
        var policy = workload.Policy.Value;
        var requests = OfGateway(book.Requests, workload.Name, cluster, book);
        var concurrency = OfGateway(book.Concurrency, workload.Name, cluster, book);
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
            GatewaysPartial = book.GatewaysReporting < cluster.GatewaysLive,
            Queries = book.Queries,
        };
    }

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
            else if (used.TryGetValue(replica.Allocation, out var value))
                (sum, measured) = (sum + value / limit, measured + 1);
            else if (replica.ServesSinceUnixMs is not null)
                missing++;
        }
        return new Usage(sum, measured, missing, starting);
    }

    // A gateway that reports and has no series of a workload had no request for it.
    private static double OfGateway(
        IReadOnlyDictionary<string, double>? rows, string workload, ClusterState cluster, SignalBook book)
    {
        if (rows is null)
            return double.NaN;
        if (rows.TryGetValue(workload, out var value))
            return value;
        return book.GatewaysReporting > 0 && !book.GatewaysLeaveOut && cluster.HasRoute(workload) ? 0 : double.NaN;
    }

    private static double Latency(ScalePolicy policy, string workload, double requests, SignalBook book)
    {
        if (!book.Latency.TryGetValue(policy.Objective.Quantile, out var rows))
            return double.NaN;
        return rows.TryGetValue(workload, out var value) ? value : requests <= 0 ? 0 : double.NaN;
    }

    private static double Fullest(WorkloadState workload, IReadOnlyDictionary<string, double> nodes)
    {
        var fullest = double.NaN;
        foreach (var replica in workload.Replicas)
            if (nodes.TryGetValue(replica.Node, out var share) && !(share <= fullest))
                fullest = share;
        return fullest;
    }
}
