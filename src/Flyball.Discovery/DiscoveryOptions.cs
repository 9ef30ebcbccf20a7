using System.Net;

namespace Flyball.Discovery;

/// <summary>How the catalogue is kept, and the doors by which others read it and register with it.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Who holds the lease: unique among the servers. Default a name that suits one server.</summary>
    public string Holder { get; init; } = "server";

    /// <summary>
    /// How long the lease on writing the catalogue lasts without renewal; renewed at a third. Default 9 s.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Where Consul's HTTP API is spoken; null, the default, for nowhere.</summary>
    public IPEndPoint? Consul { get; init; }

    /// <summary>Where etcd's version 2 of keys is spoken; null, the default, for nowhere.</summary>
    public IPEndPoint? EtcdKeys { get; init; }

    /// <summary>Where DNS is spoken, UDP and TCP; null, the default, for nowhere.</summary>
    public IPEndPoint? Dns { get; init; }

    /// <summary>
    /// The name of this server's own node, on which agents' registrations are. Default <c>server</c>.
    /// </summary>
    public string NodeName { get; init; } = "server";

    /// <summary>The address of that node, and of services that are registered without one. Default 127.0.0.1.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    /// <summary>The datacenter's name, one DNS label. Default <c>dc1</c>.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>The domain that DNS answers for, without dots at its ends. Default <c>consul</c>.</summary>
    public string DnsDomain { get; init; } = "consul";

    /// <summary>How long DNS answers may be kept. Default zero: asked again each time.</summary>
    public TimeSpan DnsTtl { get; init; } = TimeSpan.Zero;

    /// <summary>Services registered at a time. Default 200,000.</summary>
    public int RegistrationsMax { get; init; } = 200_000;

    /// <summary>Nodes registered at a time. Default 10,000.</summary>
    public int NodesMax { get; init; } = 10_000;

    /// <summary>Checks of one service or node. Default 64.</summary>
    public int ChecksMax { get; init; } = 64;

    /// <summary>Keys at a time. Default 200,000.</summary>
    public int KvEntriesMax { get; init; } = 200_000;

    /// <summary>Bytes of all keys and values together, as stored. Default 256 MiB.</summary>
    public long KvBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Sessions at a time. Default 20,000.</summary>
    public int SessionsMax { get; init; } = 20_000;

    /// <summary>Requests that wait for a change at a time. Default 20,000.</summary>
    public int BlockingQueriesMax { get; init; } = 20_000;

    /// <summary>Of one address. Default 16,000.</summary>
    public int BlockingQueriesPerAddressMax { get; init; } = 16_000;

    /// <summary>Connections to the HTTP doors at a time; one more is closed at once. Default 30,000.</summary>
    public int ConnectionsMax { get; init; } = 30_000;

    /// <summary>
    /// Audit rows that one address causes in a minute; what it changes beyond them is told by one row. Default 60.
    /// </summary>
    public int AuditRowsPerMinute { get; init; } = 60;

    /// <summary>Checks probed at one moment. Default 256.</summary>
    public int ProbesMax { get; init; } = 256;

    /// <summary>
    /// After a start clients have this much longer to renew what has a TTL, and services this long to pass a check
    /// before they are deregistered for having been critical. Default 10 s.
    /// </summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A check that turned critical more than this often within <see cref="FlapWindow"/> stays critical until it has
    /// been well for <see cref="FlapHold"/>. Default 5.
    /// </summary>
    public int FlapsMax { get; init; } = 5;

    /// <summary>Default 1 minute.</summary>
    public TimeSpan FlapWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Default 30 s.</summary>
    public TimeSpan FlapHold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where else services are registered. Default nowhere.</summary>
    public IReadOnlyList<DiscoverySourceOptions> Sources { get; init; } = [];

    /// <summary>
    /// The last instances of a service go when its source has shown it empty over this time without a failure. Default
    /// 30 s.
    /// </summary>
    public TimeSpan SourceEmptyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A source is read anew at least this often. Default 15 s.</summary>
    public TimeSpan SourceRefresh { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Services of one source; one that has more is wrong. Default 1,000.</summary>
    public int SourceServicesMax { get; init; } = 1_000;

    /// <summary>Instances of one source; one that has more is wrong. Default 20,000.</summary>
    public int SourceInstancesMax { get; init; } = 20_000;

    /// <summary>Sources at a time. Default 32.</summary>
    public const int SourcesMax = 32;

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Holder)) yield return $"{nameof(Holder)} must name the server.";
        if (LeaseDuration < TimeSpan.FromSeconds(1)) yield return $"{nameof(LeaseDuration)} must be at least 1 second.";
        if (NodeName.Length is 0 or > 128) yield return $"{nameof(NodeName)} must have 1 to 128 characters.";
        if (!IsLabel(Datacenter)) yield return $"{nameof(Datacenter)} must be one DNS label.";
        if (!IsDomain(DnsDomain))
            yield return $"{nameof(DnsDomain)} must be DNS labels with dots between them.";
        if (Sources.Count > SourcesMax) yield return $"{nameof(Sources)} must be at most {SourcesMax}.";
        foreach (string? problem in Sources.Select(source => source.Problem()))
            if (problem is not null) yield return $"{nameof(Sources)}: {problem}";
        if (Sources.DistinctBy(source => source.Name).Count() != Sources.Count)
            yield return $"{nameof(Sources)} must have a name each.";
        if (SourceEmptyAfter <= TimeSpan.Zero || SourceRefresh <= TimeSpan.Zero)
            yield return $"{nameof(SourceEmptyAfter)} and {nameof(SourceRefresh)} must be positive.";
        if (DnsTtl < TimeSpan.Zero
            || DnsTtl > TimeSpan.FromDays(1)) yield return $"{nameof(DnsTtl)} must be 0 to 1 day.";
        foreach ((string name, long value) in new (string, long)[]
        {
            (nameof(RegistrationsMax), RegistrationsMax), (nameof(NodesMax), NodesMax), (nameof(ChecksMax), ChecksMax),
            (nameof(KvEntriesMax), KvEntriesMax), (nameof(KvBytesMax), KvBytesMax), (nameof(SessionsMax), SessionsMax),
            (nameof(BlockingQueriesMax), BlockingQueriesMax), (nameof(ConnectionsMax), ConnectionsMax),
            (nameof(BlockingQueriesPerAddressMax), BlockingQueriesPerAddressMax), (nameof(ProbesMax), ProbesMax),
            (nameof(FlapsMax), FlapsMax), (nameof(AuditRowsPerMinute), AuditRowsPerMinute),
            (nameof(SourceServicesMax), SourceServicesMax), (nameof(SourceInstancesMax), SourceInstancesMax),
        })
        {
            if (value < 1) yield return $"{name} must be at least 1.";
        }
    }

    /// <summary>Whether it is labels with dots between them.</summary>
    public static bool IsDomain(string text) => text.Length <= 200 && text.Split('.').All(IsLabel);

    /// <summary>Whether it is one label of DNS: letters, digits, <c>-</c> and <c>_</c>, at most 63.</summary>
    public static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
