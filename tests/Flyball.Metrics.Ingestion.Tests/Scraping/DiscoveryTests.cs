using System.Text.Json;
using CsCheck;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Discovery;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

public sealed class DiscoveryTests
{
    [Theory]
    [InlineData("", "http"), InlineData("9100", "metrics"), InlineData("metrics", "metrics"), InlineData("7", null)]
    public void Find_WorkloadThatAsks_GivesItsPort(string port, string? expected)
    {
        TargetGroup group = WorkloadTargets.Find(Snapshot("true", port, isDraining: false));
        if (expected is null)
        {
            Assert.Empty(group.Targets);
            return;
        }

        Labels target = Assert.Single(group.Targets);
        Assert.Equal(expected, target.Get("__meta_flyball_port_name"));
        Assert.Equal("shop/web shop.web 3 a1 n1 /m", string.Join(' ', new[]
        {
            "job", "workload", "version", "allocation", "node", "__metrics_path__",
        }.Select(target.Get)));
    }

    [Fact]
    public void Find_DrainingOrNotAsking_GivesNothing()
    {
        Assert.Empty(WorkloadTargets.Find(Snapshot("true", "", isDraining: true)).Targets);
        Assert.Empty(WorkloadTargets.Find(Snapshot("false", "", isDraining: false)).Targets);
    }

    [Fact]
    public void GroupOf_ConsulInstance_HasPrometheusLabels()
    {
        using var json = JsonDocument.Parse(
            """
            [{"Node":{"Node":"n","Address":"10.0.0.1","Datacenter":"dc1","Meta":{"os-type":"linux"}},
              "Service":{"ID":"web-1","Address":"","Port":80,"Tags":["a","b"],"Meta":{"v":"1"}},
              "Checks":[{"CheckID":"c","Status":"passing"},{"CheckID":"d","Status":"warning"}]},
             {"Node":5},{}, 7]
            """);
        Labels target = Assert.Single(ConsulTargets.GroupOf("web", json, ",").Targets);
        Assert.Equal("10.0.0.1:80", target.Get("__address__"));
        Assert.Equal(",a,b,", target.Get("__meta_consul_tags"));
        Assert.Equal("linux", target.Get("__meta_consul_metadata_os_type"));
        Assert.Equal("1", target.Get("__meta_consul_service_metadata_v"));
        Assert.Equal("warning", target.Get("__meta_consul_health"));
    }

    [Fact]
    public void TryRead_SrvAnswer_GivesTargetAndPort()
    {
        byte[] question = DnsMessage.TryAsk(7, "_x._tcp.a.b", DnsRecordType.SRV)!;
        byte[] answer =
        [
            0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question[12..],
            0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 9, 0, 10, 0, 1, 0, 2, 0x23, 0x8C, 1, (byte)'h', 0xC0, 20,
        ];
        DnsRecord record = Assert.Single(DnsMessage.TryRead(answer, 7, DnsRecordType.SRV, out int code)!);
        Assert.Equal((0, "h.a.b", 9100), (code, record.Target, record.Port));
        Assert.Null(DnsMessage.TryRead(answer, 8, DnsRecordType.SRV, out _));
        for (int length = 0; length < answer.Length; length++)
            Assert.Null(DnsMessage.TryRead(answer.AsSpan(0, length), 7, DnsRecordType.SRV, out _));
    }

    [Fact]
    public void TryRead_RandomBytes_NeverThrowsNorHangs() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            if (bytes.Length > 12) (bytes[0], bytes[1], bytes[2]) = (0, 7, 0x80);
            foreach (DnsRecordType type in Enum.GetValues<DnsRecordType>())
                _ = DnsMessage.TryRead(bytes, 7, type, out _);
        },
        iter: 20_000, threads: 1);

    private static ResourceSnapshot Snapshot(string scrape, string port, bool isDraining)
    {
        var task = new TaskSpec
        {
            Driver = "docker",
            Ports =
            [
                new PortSpec { Name = "http", ContainerPort = 80 },
                new PortSpec { Name = "metrics", ContainerPort = 9100 },
            ],
            Labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["prometheus.io/scrape"] = scrape, ["prometheus.io/port"] = port, ["prometheus.io/path"] = "/m",
            },
        };
        var version = new WorkloadVersion
        {
            Workload = "shop.web", Number = 3, SpecHash = "", Task = task, CreatedUnixMs = 0,
        };
        Endpoint[] endpoints = [.. new[] { "http", "metrics" }.Select((name, index) => new Endpoint
        {
            Service = "shop.web", Port = name, Allocation = "a1", Version = 3, Node = "n1", Address = "127.0.0.1",
            PortNumber = 4000 + index, Health = HealthState.Unknown, Draining = isDraining,
        })];
        return ResourceSnapshot.From(
            [
                Stored(Kinds.Version, "shop.web@3", version),
                .. endpoints.Select(one => Stored(Kinds.Endpoint, Endpoint.NameOf("a1", one.Port), one)),
            ],
            new Revision(1));
    }

    private static StoredResource Stored<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        new(kind.Key(name), new Revision(1), kind.Encode(value));
}
