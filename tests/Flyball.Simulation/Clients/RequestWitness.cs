using Flyball.Simulation.Clusters;
using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Clients;

/// <summary>
/// Judges requests: while no fault is active none meets a task that is dead, stopping or was never healthy, and none of
/// a service that has instances goes unserved.
/// </summary>
internal sealed class RequestWitness(SimulatedCluster cluster)
{
    private readonly Dictionary<(string Gateway, string Way), int> inFlight = [];

    public long AnsweredCount { get; private set; }

    /// <summary>Answered while no fault was active: what the rules here are about.</summary>
    public long AnsweredInCalm { get; private set; }

    public long FailedCount { get; private set; }

    public SentRequest Begin(string gateway, string host) => new(gateway, host, cluster.Time.GetUtcNow());

    public static string Way(string endpoint, SimulatedTask task) => $"{endpoint} {task.Nonce}";

    /// <summary>A gateway that was killed has none.</summary>
    public int InFlight(string gateway, string way) => inFlight.GetValueOrDefault((gateway, way));

    public void Enter(string gateway, string way) =>
        inFlight[(gateway, way)] = InFlight(gateway, way) + 1;

    public void Leave(string gateway, string way)
    {
        if (InFlight(gateway, way) == 1) inFlight.Remove((gateway, way));
        else inFlight[(gateway, way)]--;
    }

    /// <summary>Its requests died with it.</summary>
    public void Forget(string gateway)
    {
        foreach ((string, string) key in inFlight.Keys.Where(key => key.Gateway == gateway).ToArray())
            inFlight.Remove(key);
    }

    public void Answered(SentRequest request)
    {
        AnsweredCount++;
        if (cluster.Faults.IsCalmSince(request.At)) AnsweredInCalm++;
    }

    public void Met(SentRequest request, UpstreamEndpoint endpoint, SimulatedTask? task)
    {
        if (!cluster.Faults.IsCalmSince(request.At)) return;
        string state = task switch
        {
            null => "nobody listens there",
            { StopSignalledAt: not null } => "it was told to stop",
            { ServesFrom: null } => "it was never healthy",
            _ => "it does not answer",
        };
        cluster.Trace.Violate(
            $"a request of {request.Host} by {request.Gateway} met {endpoint.Name} at {endpoint.Authority}: {state}");
    }

    public void Failed(SentRequest request, string service, AttemptOutcome outcome, int tries)
    {
        FailedCount++;
        if (cluster.Faults.IsCalmSince(request.At))
            cluster.Trace.Violate($"a request to {service} by {request.Gateway} failed: {outcome} after {tries} tries");
    }

    public void Unrouted(SentRequest request)
    {
        FailedCount++;
        if (cluster.Faults.IsCalmSince(request.At) && cluster.Witness.Serving.IsExpected(request.Host, request.At))
            cluster.Trace.Violate($"{request.Gateway} has no route for {request.Host}");
    }

    public void Unserved(SentRequest request, string service)
    {
        FailedCount++;
        if (cluster.Faults.IsCalmSince(request.At) && cluster.Witness.Serving.IsExpected(service, request.At))
            cluster.Trace.Violate($"{request.Gateway} has no endpoint for {service}");
    }
}
