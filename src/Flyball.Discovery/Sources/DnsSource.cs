using System.Globalization;
using System.Net;
using Flyball.Base.Work;
using Flyball.Discovery.Dns;

namespace Flyball.Discovery.Sources;

/// <summary>
/// One name of DNS: SRV; or A and AAAA where the source's address says the port. Asked again when the answer's TTL is
/// over, at least after <see cref="LeastPause"/> and at most after <see cref="DiscoveryOptions.SourceRefresh"/>.
/// </summary>
internal sealed class DnsSource : ISource
{
    private const int UsualPort = 53;

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly DnsClient client;
    private readonly TimeProvider time;
    private readonly TimeSpan refresh;
    private readonly string name;
    private readonly string service;
    private readonly int? port;

    public DnsSource(DiscoverySourceOptions source, DiscoveryOptions options, TimeProvider time, Random random)
    {
        client = new DnsClient(
            source.Address.IdnHost, source.Address.Port > 0 ? source.Address.Port : UsualPort, time, random);
        this.time = time;
        refresh = options.SourceRefresh;
        name = Uri.UnescapeDataString(source.Address.AbsolutePath).Trim('/').TrimEnd('.').ToLowerInvariant();
        service = source.Value("service") is { Length: > 0 } given ? given : name.Split('.')[0].TrimStart('_');
        if (source.Value("port") is { } text) port = int.Parse(text, CultureInfo.InvariantCulture);
    }

    public async Task RunAsync(ISourceSink sink, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan pause = refresh;
            SortedDictionary<string, SourceInstance> found = new(StringComparer.Ordinal);
            if (port is { } number)
            {
                foreach ((IPAddress address, TimeSpan ttl) in await AddressesAsync(name, cancellation))
                {
                    Add(found, address, number, 1);
                    pause = Shorter(pause, ttl);
                }
            }
            else
            {
                pause = Shorter(pause, await PlacesAsync(found, cancellation));
            }

            await sink.SeenAsync(service, [.. found.Values], [], cancellation);
            // What was asked for under another name before a change of settings is gone.
            await sink.NamesAsync(new HashSet<string>(StringComparer.Ordinal) { service }, cancellation);
            await Pause.ForAsync(pause < LeastPause ? Shorter(LeastPause, refresh) : pause, time, cancellation);
        }
    }

    public void Dispose()
    {
        // It keeps no connection.
    }

    private async Task<TimeSpan> PlacesAsync(
        SortedDictionary<string, SourceInstance> found, CancellationToken cancellation)
    {
        DnsResponse response = await client.AskAsync(name, DnsType.SRV, cancellation);
        DnsRecord[] places = [.. response.Answers.Where(record => record is { Type: DnsType.SRV, Port: > 0 }
            && record.Target.Length > 0)];
        TimeSpan pause = refresh;
        if (places.Length == 0) return pause;
        // Those of a higher number are for when the others are away.
        int first = places.Min(place => place.Priority);
        foreach (DnsRecord place in places.Where(place => place.Priority == first))
        {
            pause = Shorter(pause, place.Ttl);
            (IPAddress Address, TimeSpan Ttl)[] addresses =
                [.. response.Additional.Where(record => record.Address is not null && record.Name == place.Target)
                    .Select(record => (record.Address!, record.Ttl))];
            if (addresses.Length == 0) addresses = [.. await AddressesAsync(place.Target, cancellation)];
            foreach ((IPAddress address, TimeSpan ttl) in addresses)
            {
                Add(found, address, place.Port, Math.Max(1, place.Weight));
                pause = Shorter(pause, ttl);
            }
        }

        return pause;
    }

    private async Task<List<(IPAddress Address, TimeSpan Ttl)>> AddressesAsync(
        string host, CancellationToken cancellation)
    {
        var found = new List<(IPAddress Address, TimeSpan Ttl)>();
        foreach (DnsType type in new[] { DnsType.A, DnsType.AAAA })
        {
            DnsResponse response = await client.AskAsync(host, type, cancellation);
            // Also what an alias points at, which the answer brings with it.
            found.AddRange(response.Answers.Where(record => record.Address is not null)
                .Select(record => (record.Address!, record.Ttl)));
        }

        return found;
    }

    private static void Add(
        SortedDictionary<string, SourceInstance> found, IPAddress address, int port, int weight)
    {
        string id = new IPEndPoint(address, port).ToString();
        found[id] = new SourceInstance(id, address.ToString(), port) { Weight = weight };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
