using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Routing;

/// <summary>
/// A service's port as routes lead to it. Routes keep hold of the object; when an endpoint changes only its
/// <see cref="Endpoints"/> are replaced, so the change costs the same with one route and with ten thousand.
/// </summary>
internal sealed class Upstream : IRoom
{
    private const int PendingUsually = 1024;

    private readonly TimeProvider time;
    private volatile bool isRetired;
    private volatile bool isKept;
    private int waiters;
    private volatile EndpointSet endpoints = EndpointSet.Empty;

    public Upstream(string service, string? port, UpstreamPolicies policies, UpstreamSettings? settings = null,
        ServiceState? state = null)
    {
        Service = service;
        Port = port;
        Settings = settings ?? UpstreamSettings.Plain;
        RouteBalance balance = Settings.Balance ?? new RouteBalance();
        ObservesLatency = balance.Kind == RouteBalanceKind.Latency
            || (balance.Kind == RouteBalanceKind.TwoChoices && policies.UseLatency);
        SlowStart? slowStart = balance.SlowStart is { } window ? new SlowStart(window, policies.Time) : null;
        Picker = new EndpointPicker(
            policies.Random.Fork(), Balancer(balance.Kind, policies), slowStart, policies.Time,
            Settings.Limits?.Connections ?? int.MaxValue);
        Gate = UpstreamGate.Of(Settings.Limits, policies.Time);
        State = state ?? new ServiceState(service, new WaitingLine(), () => { });
        time = policies.Time;
        Budget = new RetryBudget(policies.Budget, policies.Time);
        Outliers = policies.Outliers;
    }

    public string Service { get; }

    /// <summary>The port's name that the routes ask for; null for the service's first.</summary>
    public string? Port { get; }

    public UpstreamSettings Settings { get; }

    public EndpointSet Endpoints => endpoints;

    public EndpointPicker Picker { get; }

    /// <summary>Choices depend on how long answers take, so that is to be told.</summary>
    public bool ObservesLatency { get; }

    public RetryBudget Budget { get; }

    /// <summary>Null where requests are not limited.</summary>
    public UpstreamGate? Gate { get; }

    /// <summary>What it shares with the service's other upstreams.</summary>
    public ServiceState State { get; }

    /// <summary>The service's requests that wait for an endpoint.</summary>
    public WaitingLine Line => State.Line;

    /// <summary>Requests that may wait.</summary>
    public int PendingMax => Settings.Limits?.Pending ?? PendingUsually;

    public OutlierPolicy Outliers { get; }

    /// <summary>
    /// Targets of routes that lead here; written by the routing table only, which drops the upstream at zero.
    /// </summary>
    public int RouteCount { get; set; }

    /// <summary>What a request of the route that found no endpoint among those seen may wait for.</summary>
    public WaitReason ReasonToWait(EndpointSet seen, Route route)
    {
        if (isRetired && !isKept) return WaitReason.None;
        if (seen.Ready.Length > 0) return Settings.Limits?.Connections is null ? WaitReason.None : WaitReason.Room;
        return InstanceWait(route) > TimeSpan.Zero ? WaitReason.Instance : WaitReason.None;
    }

    /// <summary>How long a request of the route waits while there is no instance; zero for not at all.</summary>
    public TimeSpan InstanceWait(Route route)
    {
        ServiceReplicas replicas = State.Replicas;
        if (IsHeldAtZero) return TimeSpan.Zero;
        return route.Wait ?? (replicas.WakesOnRequest ? route.Timeout : TimeSpan.Zero);
    }

    /// <summary>A request that has chosen this upstream begins to wait for an endpoint, or ends it.</summary>
    public void CountWaiter(int change) => Interlocked.Add(ref waiters, change);

    /// <summary>Requests that have chosen this upstream wait for an endpoint.</summary>
    public bool HasWaiters => Volatile.Read(ref waiters) > 0;

    /// <summary>
    /// No route leads here any more. True when requests still wait, so that endpoints must go on being shown; one that
    /// begins to wait now finds that there is nothing to wait for. By the routing table's writer.
    /// </summary>
    public bool Retire()
    {
        isRetired = true;
        Interlocked.MemoryBarrier();
        return isKept = HasWaiters;
    }

    /// <summary>A person wants no instance.</summary>
    public bool IsHeldAtZero => State.Replicas.IsHeldAtZero(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>An endpoint could take one more request; what <see cref="Picker"/> says is final.</summary>
    public bool HasRoom
    {
        get
        {
            int most = Settings.Limits?.Connections ?? int.MaxValue;
            foreach (UpstreamEndpoint endpoint in endpoints.Ready)
            {
                if (endpoint.IsOpen && endpoint.InFlight < most) return true;
            }

            return false;
        }
    }

    /// <summary>A try at the endpoint has ended; who waits for room is told.</summary>
    public void Leave(UpstreamEndpoint endpoint)
    {
        endpoint.Leave();
        Line.WakeOne();
    }

    /// <summary>Shows other endpoints to requests; by the routing table's writer.</summary>
    public void Replace(EndpointSet next)
    {
        if (Settings.Balance?.Kind == RouteBalanceKind.Hash)
            next = next.WithRing(HashRing.Update(endpoints.Ring ?? HashRing.Empty, next.Ready));
        endpoints = next;
        Interlocked.MemoryBarrier();
        Line.WakeAll();
    }

    private IBalancer Balancer(RouteBalanceKind kind, UpstreamPolicies policies) => kind switch
    {
        RouteBalanceKind.RoundRobin => new RoundRobin(),
        RouteBalanceKind.LeastRequest => new LeastRequest(),
        RouteBalanceKind.Hash => new ConsistentHash(),
        _ => new TwoChoices(ObservesLatency ? policies.Time : null),
    };
}
