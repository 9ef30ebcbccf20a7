using Flyball.Base.Resources;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Tcp;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Routing;

/// <summary>
/// Routes, upstreams and endpoints as of one revision of the store. One writer applies changes; requests read the
/// matcher and the upstreams' endpoint sets without a lock. Nothing here knows time, threads or sockets, so the
/// simulator runs it as it is.
/// </summary>
internal sealed class RoutingTable(UpstreamPolicies policies, RouteLabelSet labels, IGuardSource? guards = null)
{
    private readonly SortedDictionary<string, RouteEntry> routes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ServiceEndpoints> services = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ServiceEndpoints> owners = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, UpstreamEndpoint> draining = new(StringComparer.Ordinal);
    private volatile RouteMatcher matcher = RouteMatcher.Empty;
    private volatile UpstreamEndpoint[] drainingNow = [];
    private long appliedRevision;

    private readonly UpstreamPolicies policies = policies;
    private readonly IGuardSource? guards = guards;
    private readonly SortedSet<string> challenges = new(StringComparer.Ordinal);
    private readonly ServiceScales scales = new();
    private volatile ServiceState[] sleepers = [];
    private bool sleepersTouched;

    public static readonly string[] WatchedKinds =
        [Kinds.Route.Name, Kinds.Endpoint.Name, Kinds.AcmeChallenge.Name, .. ServiceScales.WatchedKinds];

    public RouteMatcher Matcher => matcher;

    /// <summary>The routes that are no HTTP.</summary>
    public TcpRouteSet Tcp { get; } = new();

    /// <summary>Every change up to here is what requests now see.</summary>
    public Revision Applied => new(Volatile.Read(ref appliedRevision));

    public int RouteCount => routes.Count;

    public int EndpointCount => owners.Count;

    /// <summary>Called after each applied batch, and when a draining endpoint has nothing in flight any more.</summary>
    public Action? Changed { get; set; }

    /// <summary>
    /// Called when the first request of a service begins to wait because there is no instance; on its thread.
    /// </summary>
    public Action? WaitingBegan { get; set; }

    /// <summary>The services that may be without an instance until a request comes, in ordinal order.</summary>
    public IReadOnlyList<ServiceState> Sleepers => sleepers;

    /// <summary>All of them, in ordinal order of their names. Writer's side only.</summary>
    public IEnumerable<RouteEntry> Routes => routes.Values;

    /// <summary>Each upstream once, by service and port; for probing. Writer's side only.</summary>
    public IEnumerable<Upstream> Upstreams() =>
        routes.Values.SelectMany(route => route.Targets.Upstreams).Distinct();

    /// <summary>
    /// Which draining endpoints have requests in flight, in ordinal order, and the revision this is true of. The
    /// revision is read first: it may be older than the list, never newer.
    /// </summary>
    public (Revision Applied, IReadOnlyList<string> Busy) Report()
    {
        Revision applied = Applied;
        Interlocked.MemoryBarrier();
        return (applied, [.. drainingNow.Where(endpoint => endpoint.InFlight > 0).Select(endpoint => endpoint.Name)]);
    }

    public bool HasDraining => drainingNow.Length > 0;

    /// <summary>Somebody waits to hear that a challenge is answered here. Writer's side only.</summary>
    public bool HasChallenges => challenges.Count > 0;

    public void Apply(ChangeBatch batch)
    {
        var edit = new Edit(this);
        foreach (ResourceChange change in Last(batch.Changes))
        {
            if (change.Key.Kind == Kinds.Route.Name) edit.Route(change.Key.Name, change.Current?.Decode(Kinds.Route));
            else if (change.Key.Kind == Kinds.Endpoint.Name)
                edit.Endpoint(change.Key.Name, change.Current?.Decode(Kinds.Endpoint));
            else if (change.Key.Kind == Kinds.AcmeChallenge.Name)
                edit.Challenge(change.Key.Name, change.Current?.Decode(Kinds.AcmeChallenge));
            else if (scales.TryApply(change)) edit.Scaled(change.Key.Name);
        }

        edit.Publish(batch.Through);
    }

    /// <summary>
    /// Of several changes to one key only the last: an endpoint that went and came back between two batches is the same
    /// address all along, and the requests in flight there still count when it drains.
    /// </summary>
    private static IEnumerable<ResourceChange> Last(IReadOnlyList<ResourceChange> changes)
    {
        if (changes.Count < 2) return changes;
        var newest = new Dictionary<ResourceKey, int>(changes.Count);
        for (int i = 0; i < changes.Count; i++) newest[changes[i].Key] = i;
        return changes.Where((change, i) => newest[change.Key] == i);
    }

    /// <summary>
    /// Becomes what <paramref name="snapshot"/> says; endpoints that are still there keep their state.
    /// </summary>
    public void Reset(ResourceSnapshot snapshot)
    {
        var edit = new Edit(this);
        foreach (string gone in routes.Keys.Where(name => !IsIn(snapshot, name)).ToArray()) edit.Route(gone, null);
        foreach (string gone in owners.Keys.Where(name => snapshot.Find(Kinds.Endpoint.Key(name)) is null).ToArray())
            edit.Endpoint(gone, null);
        foreach (Resource<Endpoint> endpoint in snapshot.List(Kinds.Endpoint))
            edit.Endpoint(endpoint.Key.Name, endpoint.Value);
        foreach (Resource<Route> route in snapshot.List(Kinds.Route)) edit.Route(route.Key.Name, route.Value);
        foreach (Resource<AcmeChallenge> challenge in snapshot.List(Kinds.AcmeChallenge))
            edit.Challenge(challenge.Key.Name, challenge.Value);
        foreach (string service in scales.Reset(snapshot)) edit.Scaled(service);
        edit.Publish(snapshot.Revision);
    }

    private static bool IsIn(ResourceSnapshot snapshot, string name) => ChallengeRoute.TokenOf(name) is { } token
        ? snapshot.Find(Kinds.AcmeChallenge.Key(token)) is not null
        : snapshot.Find(Kinds.Route.Key(name)) is not null;

    private ServiceEndpoints Service(string name)
    {
        if (!services.TryGetValue(name, out ServiceEndpoints? service))
        {
            var state = new ServiceState(name, new WaitingLine(policies.Waiting), () => WaitingBegan?.Invoke());
            state.Show(scales.Of(name));
            sleepersTouched |= state.Replicas.MaySleep;
            service = new ServiceEndpoints(name, state);
            services.Add(name, service);
        }

        return service;
    }

    /// <summary>One batch: collects what changed, shows it all at the end.</summary>
    private sealed class Edit(RoutingTable table)
    {
        private readonly SortedDictionary<string, ServiceEndpoints> touched = new(StringComparer.Ordinal);
        private RouteMatcher.Editor? matcher;
        private bool drainingTouched;

        private RouteMatcher.Editor Matcher => matcher ??= table.matcher.Edit();

        public void Route(string name, Route? next)
        {
            table.routes.TryGetValue(name, out RouteEntry? previous);
            if (previous is not null && next is not null && previous.Is(next)) return;
            if (previous is null && next is null) return;
            if (previous is not null)
            {
                if (previous.Route.Listen is null) Matcher.Remove(previous);
                else table.Tcp.Remove(previous);
                table.routes.Remove(name);
                table.guards?.LetGo(previous);
            }

            if (next is not null)
            {
                // The new upstream is taken before the old one is let go: a route that only changes its path keeps it.
                var entry = new RouteEntry(
                    name, next, table.Targets(name, next), table.guards?.Take(name, next), table.guards?.Proxies);
                if (next.Listen is null) Matcher.Add(entry);
                else table.Tcp.Add(entry);
                table.routes.Add(name, entry);
            }

            foreach (Upstream held in previous?.Targets.Upstreams ?? []) Release(held);
        }

        /// <summary>What an ACME server asks for is a route like others, with an answer of its own.</summary>
        public void Challenge(string token, AcmeChallenge? next)
        {
            if (next is not null) table.challenges.Add(token);
            else table.challenges.Remove(token);
            Route(ChallengeRoute.NameOf(token), next is null ? null : ChallengeRoute.Of(token, next));
        }

        public void Endpoint(string name, Endpoint? next)
        {
            table.owners.TryGetValue(name, out ServiceEndpoints? owner);
            UpstreamEndpoint? previous = owner?.Find(name);
            if (previous is not null && next is not null && owner!.Service == next.Service
                && previous.HasAddressOf(next))
            {
                previous.Update(next);
                Touch(owner);
                TrackDraining(previous);
                return;
            }

            if (previous is not null) Remove(owner!, previous);
            if (next is null) return;
            ServiceEndpoints service = table.Service(next.Service);
            var fresh = new UpstreamEndpoint(name, next, table.Signal, table.policies.Time);
            service.Set(fresh);
            table.owners[name] = service;
            Touch(service);
            TrackDraining(fresh);
        }

        /// <summary>How the service is scaled has changed.</summary>
        public void Scaled(string name)
        {
            if (!table.services.TryGetValue(name, out ServiceEndpoints? service)) return;
            table.sleepersTouched |= service.State.Replicas.MaySleep != table.scales.Of(name).MaySleep;
            service.State.Show(table.scales.Of(name));
        }

        public void Publish(Revision through)
        {
            foreach (ServiceEndpoints service in touched.Values)
            {
                service.Publish();
                if (!service.IsEmpty) continue;
                table.services.Remove(service.Service);
                table.sleepersTouched |= service.State.Replicas.MaySleep;
            }

            table.ShowSleepers();

            if (matcher is not null) table.matcher = matcher.Build();
            table.Tcp.Publish();
            if (drainingTouched) table.drainingNow = [.. table.draining.Values];
            Interlocked.MemoryBarrier();
            Volatile.Write(ref table.appliedRevision, through.Value);
            table.Signal();
        }

        private void Remove(ServiceEndpoints owner, UpstreamEndpoint endpoint)
        {
            endpoint.Close();
            owner.Remove(endpoint.Name);
            table.owners.Remove(endpoint.Name);
            drainingTouched |= table.draining.Remove(endpoint.Name);
            Touch(owner);
        }

        private void TrackDraining(UpstreamEndpoint endpoint)
        {
            if (endpoint.IsDraining) table.draining[endpoint.Name] = endpoint;
            else if (!table.draining.Remove(endpoint.Name)) return;
            drainingTouched = true;
        }

        private void Release(Upstream upstream)
        {
            ServiceEndpoints service = table.Service(upstream.Service);
            service.Release(upstream);
            if (service.IsEmpty) Touch(service);
        }

        private void Touch(ServiceEndpoints service) => touched[service.Service] = service;
    }

    /// <summary>The upstreams of a route, each counted for it.</summary>
    private RouteTargets Targets(string name, Route route)
    {
        IReadOnlyList<RouteTarget> wanted = route.Targets is { Count: > 0 } several
            ? several
            : [new RouteTarget { Service = route.Service, Port = route.Port }];
        UpstreamSettings settings = UpstreamSettings.Of(route);
        // Each token is new: they share their labels, which are never forgotten.
        string label = ChallengeRoute.TokenOf(name) is null ? name : route.Service;
        return new RouteTargets(
            [.. wanted.Select(one => new TargetEntry(
                Service(one.Service).Acquire(one.Port, policies, settings), one.Weight,
                labels.For(label, one.Service)))],
            policies.Random,
            route.Mirror is { } mirror
                ? new TargetEntry(
                    Service(mirror.Service).Acquire(mirror.Port, policies, UpstreamSettings.Plain), 0,
                    labels.For(label, mirror.Service))
                : null);
    }

    private void ShowSleepers()
    {
        if (!sleepersTouched) return;
        sleepersTouched = false;
        sleepers = [.. services.Values.Select(service => service.State)
            .Where(state => state.Replicas.MaySleep)];
    }

    private void Signal() => Changed?.Invoke();
}
