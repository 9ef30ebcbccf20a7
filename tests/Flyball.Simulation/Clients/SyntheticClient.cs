using Flyball.Simulation.Clusters;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Clients;

/// <summary>
/// Sends idempotent requests through one gateway's real routing table: it matches, picks, retries and ejects with the
/// gateway's own parts; only the bytes are missing. Whether the task behind an endpoint answers, its engine knows.
/// </summary>
internal sealed class SyntheticClient(
    SimulatedCluster cluster, string gateway, RoutingTable table, TimeProvider time, Random random)
{
    private static readonly TimeSpan IntervalMax = TimeSpan.FromMilliseconds(400);

    /// <summary>One request in so many is a long one: drains must wait for it.</summary>
    private const int LongOneIn = 40;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(IntervalMax * random.NextDouble(), time, cancellation);
            string[] hosts = cluster.Hosts();
            if (hosts.Length > 0) _ = RequestAsync(hosts[random.Next(hosts.Length)]);
        }
    }

    private async Task RequestAsync(string host)
    {
        RequestWitness witness = cluster.Requests;
        SentRequest request = witness.Begin(gateway, host);
        if (table.Matcher.Match(host, "/") is not { } route)
        {
            witness.Unrouted(request);
            return;
        }

        Upstream upstream = route.Upstream;
        upstream.Outliers.Refresh();
        upstream.Budget.Deposit();
        var tried = new List<UpstreamEndpoint>();
        while (true)
        {
            EndpointSet endpoints = upstream.Endpoints;
            if (upstream.Picker.Pick(endpoints, tried.ToArray()) is not { } endpoint)
            {
                witness.Unserved(request, upstream.Service);
                return;
            }

            AttemptOutcome outcome = await TryAsync(request, endpoint);
            upstream.Outliers.Record(endpoint, endpoints, outcome);
            if (outcome == AttemptOutcome.Answered)
            {
                witness.Answered(request);
                return;
            }

            tried.Add(endpoint);
            var failed = new FailedTry(outcome, true, false, true, tried.Count - 1, route.Route.Retries);
            if (RetryPolicy.Decide(failed, upstream.Budget) == RetryVerdict.Retry) continue;
            witness.Failed(request, upstream.Service, outcome, tried.Count);
            return;
        }
    }

    private async Task<AttemptOutcome> TryAsync(SentRequest request, UpstreamEndpoint endpoint)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble()), time);
            if (cluster.Network.IsCut(gateway, endpoint.Endpoint.Node)) return AttemptOutcome.Unreachable;
            SimulatedTask? task = cluster.TaskAt(endpoint.Address, endpoint.PortNumber);
            if (task is not null && task.Serves(cluster.Time.GetUtcNow())) return await ServeAsync(endpoint, task);
            cluster.Requests.Met(request, endpoint, task);
            if (task is null or { StopSignalledAt: not null }) return AttemptOutcome.Refused;
            return task.ServesFrom is null ? AttemptOutcome.ServerError : AttemptOutcome.NoAnswer;
        }
        finally
        {
            endpoint.Leave();
        }
    }

    private async Task<AttemptOutcome> ServeAsync(UpstreamEndpoint endpoint, SimulatedTask task)
    {
        // Of the endpoint and the task: a port that was given away again may still be known as another's.
        string way = RequestWitness.Way(endpoint.Name, task);
        cluster.Requests.Enter(gateway, way);
        await Task.Delay(Duration(), time);
        cluster.Requests.Leave(gateway, way);
        return task.IsRunning ? AttemptOutcome.Answered : AttemptOutcome.NoAnswer;
    }

    private TimeSpan Duration() => random.Next(LongOneIn) == 0
        ? TimeSpan.FromSeconds(2 * random.NextDouble())
        : TimeSpan.FromMilliseconds(50 * random.NextDouble());
}
