using System.Diagnostics;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Bench;

/// <summary>
/// CPU and memory of one change in a routing table of 10,000 routes and 10,000 endpoints, decoding of the record
/// included, on one thread.
/// </summary>
internal static class EndpointChange
{
    private const int Count = 10_000;
    private const int Changes = 20_000;

    public static void Run()
    {
        Console.WriteLine($"{Count:n0} routes, {Count:n0} endpoints; per change over {Changes:n0}:");
        foreach (int services in new[] { 10_000, 1_000, 100, 1 })
        {
            RoutingTable table = Fill(services, out TimeSpan fill);
            Console.WriteLine($"  {services,6:n0} services of {Count / services,6:n0} endpoints "
                + $"(filled in {fill.TotalMilliseconds:n0} ms)");
            Measure(table, "health of an endpoint", i =>
                Put(Kinds.Endpoint, Name(i), Endpoint(i, services, i % 2 == 0), i));
            Measure(table, "endpoint added and removed", i => i % 2 == 0
                ? Put(Kinds.Endpoint, "new.http", Endpoint(Count + 1, services, true), i)
                : ResourceChange.Delete(Kinds.Endpoint.Key("new.http"), new Revision(i + 10)));
            Measure(table, "route added and removed", i => i % 2 == 0
                ? Put(Kinds.Route, "new", new Route { Host = "new.test", Service = "s0" }, i)
                : ResourceChange.Delete(Kinds.Route.Key("new"), new Revision(i + 10)));
        }

        RoutingTable wide = Fill(10_000, out _);
        Match(wide);
    }

    private static RoutingTable Fill(int services, out TimeSpan took)
    {
        var policies = new UpstreamPolicies(
            TimeProvider.System, new RandomSequence(1), new RetryBudgetOptions(),
            new OutlierPolicy(new OutlierOptions(), TimeProvider.System), false);
        var table = new RoutingTable(policies, new RouteLabelSet(1_000));
        IEnumerable<ResourceChange> endpoints = Enumerable.Range(0, Count)
            .Select(i => Put(Kinds.Endpoint, Name(i), Endpoint(i, services, true), 1));
        IEnumerable<ResourceChange> routes = Enumerable.Range(0, Count).Select(i => Put(
            Kinds.Route, $"r{i:d5}",
            new Route { Host = $"h{i}.test", PathPrefix = i % 2 == 0 ? "/" : "/api", Service = "s" + (i % services) },
            1));
        ResourceChange[] all = [.. endpoints, .. routes];
        long start = Stopwatch.GetTimestamp();
        table.Apply(new ChangeBatch(new Revision(1), all));
        took = Stopwatch.GetElapsedTime(start);
        return table;
    }

    private static void Measure(RoutingTable table, string what, Func<int, ResourceChange> change)
    {
        ChangeBatch[] batches =
            [.. Enumerable.Range(0, Changes).Select(i => new ChangeBatch(new Revision(i + 10), [change(i)]))];
        for (int i = 0; i < Changes / 10; i++) table.Apply(new ChangeBatch(new Revision(2), [change(i)]));
        GC.Collect();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        long worst = 0;
        foreach (ChangeBatch batch in batches)
        {
            long one = Stopwatch.GetTimestamp();
            table.Apply(batch);
            worst = Math.Max(worst, Stopwatch.GetTimestamp() - one);
        }

        double wallUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Changes;
        double cpuUs = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / Changes;
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Changes;
        Console.WriteLine($"    {what,-28} {cpuUs,8:n1} µs CPU {wallUs,8:n1} µs wall, "
            + $"worst {worst * 1e6 / Stopwatch.Frequency,8:n0} µs, {bytes,10:n0} bytes");
    }

    private static void Match(RoutingTable table)
    {
        const int Requests = 5_000_000;
        string[] hosts = [.. Enumerable.Range(0, Count).Select(i => $"H{i}.test:8080")];
        int found = 0;
        for (int i = 0; i < Count; i++) found += table.Matcher.Match(hosts[i], "/api/v1/items") is null ? 0 : 1;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Requests; i++)
            found += table.Matcher.Match(hosts[i % Count], "/api/v1/items") is null ? 0 : 1;
        double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Requests;
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Requests;
        Console.WriteLine($"  match: {ns:n0} ns, {bytes} bytes ({found:n0} found)");
    }

    private static string Name(int i) => $"a{i % Count:d5}.http";

    private static Endpoint Endpoint(int i, int services, bool passing) => new()
    {
        Service = "s" + (i % Count % services), Port = "http", Allocation = $"a{i % Count:d5}", Version = 1, Node = "n",
        Address = "10.0.0.1", PortNumber = 1000 + (i % Count),
        Health = passing ? HealthState.Passing : HealthState.Critical,
    };

    private static ResourceChange Put<T>(ResourceKind<T> kind, string name, T value, int revision) where T : class =>
        ResourceChange.Put(new StoredResource(kind.Key(name), new Revision(revision + 10), kind.Encode(value)));
}
