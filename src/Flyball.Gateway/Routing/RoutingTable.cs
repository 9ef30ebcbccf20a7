using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Routing;

/// <summary>
/// Routes, upstreams and endpoints as of one revision of the store. One writer applies changes; requests read the
/// matcher and the upstreams' endpoint sets without a lock. Nothing here knows time, threads or sockets, so the
/// simulator runs it as it is.
/// </summary>
internal sealed class RoutingTable(UpstreamPolicies policies, RouteLabelSet labels)
{
    private readonly SortedDictionary<string, RouteEntry> routes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ServiceEndpoints> services = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ServiceEndpoints> owners = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, UpstreamEndpoint> draining = new(StringComparer.Ordinal);
    private volatile RouteMatcher matcher = RouteMatcher.Empty;
    private volatile UpstreamEndpoint[] drainingNow = [];
    private long appliedRevision;

    private readonly UpstreamPolicies policies = policies;

    public static readonly string[] WatchedKinds = [Kinds.Route.Name, Kinds.Endpoint.Name];

    public RouteMatcher Matcher => matcher;

    /// <summary>Every change up to here is what requests now see.</summary>
    public Revision Applied => new(Volatile.Read(ref appliedRevision));

    public int RouteCount => routes.Count;

    public int EndpointCount => owners.Count;

    /// <summary>Called after each applied batch, and when a draining endpoint has nothing in flight any more.</summary>
    public Action? Changed { get; set; }

    /// <summary>Each upstream once, by service and port; for probing. Writer's side only.</summary>
    public IEnumerable<Upstream> Upstreams() => routes.Values.Select(route => route.Upstream).Distinct();

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

    public void Apply(ChangeBatch batch)
    {
        var edit = new Edit(this);
        foreach (ResourceChange change in Last(batch.Changes))
        {
            if (change.Key.Kind == Kinds.Route.Name) edit.Route(change.Key.Name, change.Current?.Decode(Kinds.Route));
            else if (change.Key.Kind == Kinds.Endpoint.Name)
                edit.Endpoint(change.Key.Name, change.Current?.Decode(Kinds.Endpoint));
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
        foreach (string gone in routes.Keys.Where(name => snapshot.Find(Kinds.Route.Key(name)) is null).ToArray())
            edit.Route(gone, null);
        foreach (string gone in owners.Keys.Where(name => snapshot.Find(Kinds.Endpoint.Key(name)) is null).ToArray())
            edit.Endpoint(gone, null);
        foreach (Resource<Endpoint> endpoint in snapshot.List(Kinds.Endpoint))
            edit.Endpoint(endpoint.Key.Name, endpoint.Value);
        foreach (Resource<Route> route in snapshot.List(Kinds.Route)) edit.Route(route.Key.Name, route.Value);
        edit.Publish(snapshot.Revision);
    }

    private ServiceEndpoints Service(string name)
    {
        if (!services.TryGetValue(name, out ServiceEndpoints? service))
        {
            service = new ServiceEndpoints(name);
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

        public void Route(string name, Route? next)
        {
            table.routes.TryGetValue(name, out RouteEntry? previous);
            if (previous?.Route == next) return;
            matcher ??= table.matcher.Edit();
            if (previous is not null)
            {
                matcher.Remove(previous);
                table.routes.Remove(name);
            }

            if (next is not null)
            {
                // The new upstream is taken before the old one is let go: a route that only changes its path keeps it.
                Upstream upstream = table.Service(next.Service).Acquire(next.Port, table.policies);
                var entry = new RouteEntry(name, next, upstream, table.Labels(name, next.Service));
                matcher.Add(entry);
                table.routes.Add(name, entry);
            }

            if (previous is not null) Release(previous.Upstream);
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
            var fresh = new UpstreamEndpoint(name, next, table.Signal);
            service.Set(fresh);
            table.owners[name] = service;
            Touch(service);
            TrackDraining(fresh);
        }

        public void Publish(Revision through)
        {
            foreach (ServiceEndpoints service in touched.Values)
            {
                service.Publish();
                if (service.IsEmpty) table.services.Remove(service.Service);
            }

            if (matcher is not null) table.matcher = matcher.Build();
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

    private RouteLabels Labels(string route, string service) => labels.For(route, service);

    private void Signal() => Changed?.Invoke();
}
