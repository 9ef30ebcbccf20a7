using System.Globalization;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Targets from DNS records, looked up at an interval. A name that fails keeps its last targets.</summary>
internal sealed class DnsSource(
    IReadOnlyList<string> names, DnsRecordType type, int port, TimeSpan refreshInterval, DnsClient? client = null)
    : ITargetSource
{
    public async Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        var groups = new SortedDictionary<string, TargetGroup>(StringComparer.Ordinal);
        while (true)
        {
            DnsClient asked = client ?? DnsClient.FromSystem(runtime.Time);
            foreach (string name in names)
            {
                (List<DnsRecord>? records, string problem) = await asked.AskAsync(name, type, cancellation);
                if (records is null) runtime.Failed($"DNS {name}", problem);
                else groups[name] = GroupOf(name, records);
            }

            publish([.. groups.Values]);
            await runtime.DelayAsync(refreshInterval, cancellation);
        }
    }

    private TargetGroup GroupOf(string name, List<DnsRecord> records) => new(
        Labels.Of(("__meta_dns_name", name)),
        [.. records.Select(TargetOf).Distinct().Order()]);

    private Labels TargetOf(DnsRecord record)
    {
        int number = type == DnsRecordType.SRV ? record.Port : port;
        string host = record.Target.TrimEnd('.');
        string address = host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{number}")
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{number}");
        string own = type switch
        {
            DnsRecordType.SRV => "__meta_dns_srv_record_target",
            DnsRecordType.MX => "__meta_dns_mx_record_target",
            DnsRecordType.NS => "__meta_dns_ns_record_target",
            _ => "",
        };
        var labels = new LabelsBuilder(Labels.Of(("__address__", address)));
        if (own.Length > 0) labels.Set(own, record.Target + ".");
        if (type == DnsRecordType.SRV)
            labels.Set("__meta_dns_srv_record_port", number.ToString(CultureInfo.InvariantCulture));
        return labels.ToLabels();
    }
}
