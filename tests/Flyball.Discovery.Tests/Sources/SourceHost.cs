using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Sources;
using Flyball.Discovery.Tests.Doors;
using Flyball.Store.Memory;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>A server with sources, in real time: what it waits for are other processes.</summary>
internal static class SourceHost
{
    /// <param name="address">Of the source, which is called <c>east</c>.</param>
    /// <param name="store">Of a server before this one.</param>
    /// <param name="emptyAfter">Null for longer than any test runs.</param>
    public static Task<DoorHost> StartAsync(
        string? address, MemoryStore? store = null, TimeSpan? emptyAfter = null) => DoorHost.StartAsync(
            options => options with
            {
                Sources = address is null ? [] : [new DiscoverySourceOptions("east", new Uri(address))],
                SourceEmptyAfter = emptyAfter ?? TimeSpan.FromHours(1),
                SourceRefresh = TimeSpan.FromMilliseconds(300),
            },
            store, isReal: true);

    public static SourceStatus Status(this DoorHost host) => host.Get<SourcesService>().Statuses().Single();

    /// <summary>What the catalogue has of a service: addresses with ports, in order.</summary>
    public static string[] Endpoints(this DoorHost host, string service) =>
    [
        .. host.Store.Current.List(Kinds.Endpoint).Select(row => row.Value).Where(one => one.Service == service)
            .Select(Text).Order(StringComparer.Ordinal),
    ];

    public static Task UntilEndpointsAsync(this DoorHost host, string service, params string[] expected) =>
        DoorHost.EventuallyAsync(
            () => Task.FromResult(host.Endpoints(service).SequenceEqual(expected)),
            () => $"{service} at {string.Join(' ', expected)}, but {string.Join(' ', host.Endpoints(service))}; "
                + host.Status());

    public static Task UntilAsync(this DoorHost host, Func<SourceStatus, bool> expected) =>
        DoorHost.EventuallyAsync(() => Task.FromResult(expected(host.Status())), () => host.Status().ToString());

    private static string Text(Endpoint one) => $"{one.Address}:{one.PortNumber}";
}
