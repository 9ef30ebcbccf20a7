using System.Net;
using Flyball.Discovery;

namespace Flyball.Settings;

/// <summary>The settings of discovery's doors, read into the module's options.</summary>
internal static class DiscoverySettings
{
    public static readonly Setting Consul = new(
        "consul-listen", "127.0.0.1:8500", "Address of Consul's HTTP API, or none.") { CanBeNone = true };
    public static readonly Setting EtcdKeys = new(
        "etcd-keys-listen", "127.0.0.1:2379", "Address of etcd's version 2 of keys, or none.") { CanBeNone = true };
    public static readonly Setting Dns = new(
        "dns-listen", "127.0.0.1:8600", "Address of DNS, UDP and TCP, or none.") { CanBeNone = true };
    public static readonly Setting Address = new(
        "discovery-address", "",
        "Address of services that are registered without one; that of the Consul API when empty.");
    public static readonly Setting Datacenter = new(
        "discovery-datacenter", "dc1", "The datacenter's name in Consul's API and DNS.");
    public static readonly Setting Domain = new("dns-domain", "consul", "The domain that DNS answers for.");
    public static readonly Setting Ttl = new(
        "dns-ttl", "0s", "How long DNS answers may be kept.");

    public static readonly Setting Sources = new(
        "discovery-sources", "",
        "Where else services are registered: east=consul://10.0.0.5:8500,old=etcd://10.0.0.6:2379/services/.");
    public static readonly Setting SourceEmptyAfter = new(
        "discovery-source-empty-after", "30s",
        "How long a source must show a service empty before its last endpoints go.");

    public static readonly IReadOnlyList<Setting> All =
        [Consul, EtcdKeys, Dns, Address, Datacenter, Domain, Ttl, Sources, SourceEmptyAfter];

    /// <summary>The addresses among them.</summary>
    public static readonly IReadOnlyList<Setting> Doors = [Consul, EtcdKeys, Dns];

    /// <param name="values">What was set, and where problems go.</param>
    public static DiscoveryOptions Read(ISettingValues values)
    {
        IPEndPoint? consul = values.EndPoint(Consul);
        var options = new DiscoveryOptions
        {
            Consul = consul,
            EtcdKeys = values.EndPoint(EtcdKeys),
            Dns = values.EndPoint(Dns),
            NodeName = values.Value(Setting.NodeName).Text is { Length: > 0 } name ? name : Environment.MachineName,
            NodeAddress = AddressOf(values, consul),
            Datacenter = values.Value(Datacenter).Text,
            DnsDomain = values.Value(Domain).Text.Trim('.'),
            DnsTtl = values.Duration(Ttl, TimeSpan.Zero, TimeSpan.FromDays(1)),
            Sources = ReadSources(values),
            SourceEmptyAfter = values.Duration(
                SourceEmptyAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
        };
        if (!DiscoveryOptions.IsLabel(options.Datacenter))
            values.Refuse(Datacenter, $"'{options.Datacenter}' is not one DNS label.");
        if (!DiscoveryOptions.IsDomain(options.DnsDomain))
            values.Refuse(Domain, $"'{options.DnsDomain}' is not DNS labels with dots between them.");
        return options;
    }

    public static IPEndPoint? Of(DiscoveryOptions options, Setting door) =>
        door == Consul ? options.Consul : door == EtcdKeys ? options.EtcdKeys : options.Dns;

    public static DiscoveryOptions Without(DiscoveryOptions options, Setting door) =>
        door == Consul ? options with { Consul = null }
        : door == EtcdKeys ? options with { EtcdKeys = null } : options with { Dns = null };

    private static DiscoverySourceOptions[] ReadSources(ISettingValues values)
    {
        var sources = new List<DiscoverySourceOptions>();
        foreach ((string name, string address) in values.Labels(Sources))
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
            {
                values.Refuse(Sources, $"{name}: '{address}' is not an address such as consul://10.0.0.5:8500.");
                continue;
            }

            var source = new DiscoverySourceOptions(name, uri);
            if (source.Problem() is { } problem) values.Refuse(Sources, $"{name}: {problem}");
            sources.Add(source);
        }

        if (sources.Count > DiscoveryOptions.SourcesMax)
            values.Refuse(Sources, $"there are more than {DiscoveryOptions.SourcesMax}.");
        return [.. sources];
    }

    private static string AddressOf(ISettingValues values, IPEndPoint? consul)
    {
        string text = values.Value(Address).Text;
        if (text.Length == 0)
        {
            // All addresses are no address to reach anything by.
            return consul is null || consul.Address.Equals(IPAddress.Any) || consul.Address.Equals(IPAddress.IPv6Any)
                ? IPAddress.Loopback.ToString() : consul.Address.ToString();
        }

        if (!IPAddress.TryParse(text, out _)) values.Refuse(Address, $"'{text}' is not an IP address.");
        return text;
    }
}
