using System.Buffers.Binary;
using System.Net.Sockets;
using Flyball.Discovery.Dns;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Dns;

/// <summary>Questions and their answers.</summary>
public sealed class DnsTests
{
    [Theory]
    [InlineData("web.service.consul", "A 10.0.0.1")]
    [InlineData("WEB.Service.DC1.consul", "A 10.0.0.1")]
    [InlineData("primary.web.service.consul", "A 10.0.0.1")]
    [InlineData("node-a.node.consul", "A 127.0.0.1")]
    [InlineData("node-a.node.dc1.consul", "A 127.0.0.1")]
    [InlineData("0a000001.addr.dc1.consul", "A 10.0.0.1")]
    [InlineData("ns.consul", "A 127.0.0.1")]
    [InlineData("shop.cart.service.consul", "A 10.0.0.3")]
    [InlineData("v6.service.consul", "0 SOA")]
    [InlineData("replica.web.service.consul", "3 SOA")]
    [InlineData("sick.service.consul", "3 SOA")]
    [InlineData("dot.service.consul", "CNAME db.example.com")]
    [InlineData("mixed.service.consul", "CNAME db.example.com")]
    [InlineData("nix.service.consul", "3 SOA")]
    [InlineData("web.service.dc2.consul", "3 SOA")]
    [InlineData("web.nothing.consul", "3 SOA")]
    [InlineData("example.com", "5")]
    public async Task A_Names_AreAnswered(string name, string expected) =>
        Assert.Equal(expected, await AskAsync(name, DnsType.A));

    [Theory]
    [InlineData("v6.service.consul", DnsType.AAAA, "AAAA fd00::1")]
    [InlineData("_web._tcp.service.consul", DnsType.SRV, "SRV 1 3 80 0a000001.addr.dc1.consul + A 10.0.0.1")]
    [InlineData("_web._primary.service.consul", DnsType.SRV, "SRV 1 3 80 0a000001.addr.dc1.consul + A 10.0.0.1")]
    [InlineData("_web._tcp.consul", DnsType.SRV, "SRV 1 3 80 0a000001.addr.dc1.consul + A 10.0.0.1")]
    [InlineData("_web._replica.service.consul", DnsType.SRV, "3 SOA")]
    [InlineData("host.service.consul", DnsType.SRV, "SRV 1 1 90 db.example.com")]
    [InlineData("host.service.consul", DnsType.A, "CNAME db.example.com")]
    [InlineData("dot.service.consul", DnsType.SRV, "SRV 1 1 90 db.example.com")]
    [InlineData("mixed.service.consul", DnsType.SRV, "SRV 1 1 90 db.example.com")]
    [InlineData("ext.node.consul", DnsType.A, "CNAME db.example.com")]
    [InlineData("consul", DnsType.NS, "NS ns.consul")]
    [InlineData("consul", DnsType.SOA, "SOA ns.consul")]
    [InlineData("1.0.0.127.in-addr.arpa", DnsType.PTR, "PTR node-a.node.dc1.consul")]
    [InlineData("1.0.0.10.in-addr.arpa", DnsType.PTR, "PTR web.service.dc1.consul")]
    [InlineData("9.0.0.10.in-addr.arpa", DnsType.PTR, "3")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", DnsType.PTR,
        "PTR v6.service.dc1.consul")]
    public async Task Types_Others_AreAnswered(string name, object type, string expected) =>
        Assert.Equal(expected, await AskAsync(name, (DnsType)type));

    [Fact]
    public async Task Answer_Order_ChangesFromQuestionToQuestion()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        for (int i = 1; i <= 4; i++) await RegisterAsync(host, "web", $"web{i}", $"10.0.0.{i}", 80);
        var first = new HashSet<string>(StringComparer.Ordinal);
        await DoorHost.EventuallyAsync(async () =>
        {
            first.Add((await SendAsync(host, DnsText.Ask("web.service.consul", DnsType.A))).Split(',')[0]);
            return first.Count == 4;
        }, () => string.Join(' ', first));
    }

    [Fact]
    public async Task Udp_TooMuchFor512_IsTruncatedAndWholeByTcpOrEdns()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        for (int i = 1; i <= 60; i++) await RegisterAsync(host, "web", $"web{i}", $"10.0.1.{i}", 80);
        byte[] question = DnsText.Ask("web.service.consul", DnsType.SRV);
        byte[] small = await UdpAsync(host, question);
        Assert.True(small.Length <= 512);
        Assert.Equal(2, small[2] & 2);
        int fitted = BinaryPrimitives.ReadUInt16BigEndian(small.AsSpan(6));
        Assert.InRange(fitted, 5, 20);
        Assert.Equal(fitted, DnsText.Read(small).Split(" + ")[0].Split(',').Length);

        byte[] whole = await TcpAsync(host, question);
        Assert.Equal((0, 60), (whole[2] & 2, BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(6))));
        byte[] large = await UdpAsync(host, DnsText.Ask("web.service.consul", DnsType.SRV, payload: 8_192));
        Assert.Equal((0, 60), (large[2] & 2, BinaryPrimitives.ReadUInt16BigEndian(large.AsSpan(6))));
    }

    [Fact]
    public async Task Tcp_SeveralQuestionsOnOneConnection_AreAllAnswered()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web", "web1", "10.0.0.1", 80);
        using var client = new TcpClient();
        await client.ConnectAsync(host.Options.Dns!, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        for (int i = 0; i < 3; i++)
            Assert.Equal("A 10.0.0.1",
                DnsText.Read(await DnsText.ExchangeAsync(stream, DnsText.Ask("web.service.consul", DnsType.A))));
    }

    [Fact]
    public async Task Edns_VersionOfTheFuture_IsBadVersion()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        byte[] question = DnsText.Ask("consul", DnsType.SOA, payload: 1_232);
        question[^5] = 1;
        byte[] answer = await UdpAsync(host, question);
        // The upper bits of 16 stand in the OPT record.
        Assert.Equal((0, 1), (answer[3] & 15, answer[^6]));
    }

    [Fact]
    public async Task Check_TurnsCritical_LeavesTheAnswer()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register",
            """{"Name":"web","Address":"10.0.0.1","Port":80,"Check":{"CheckID":"c","TTL":"1h","Status":"passing"}}""");
        byte[] question = DnsText.Ask("web.service.consul", DnsType.A);
        Assert.Equal("A 10.0.0.1", await SendAsync(host, question));
        await host.PutAsync("agent/check/warn/c");
        Assert.Equal("3 SOA", await SendAsync(host, question));
    }

    [Theory]
    [InlineData("00", null)]
    [InlineData("0001 8000 0001 0000 0000 0000", null)]
    [InlineData("0001 0100 0000 0000 0000 0000", "1")]
    [InlineData("0001 0100 0002 0000 0000 0000", "1")]
    [InlineData("0001 2800 0000 0001 0000 0000", "4")]
    [InlineData("0001 0100 0001 0000 0000 0000 C00C 0001 0001", "1")]
    [InlineData("0001 0100 0001 0000 0000 0000 03 777777 0001", "1")]
    [InlineData("0001 0100 0001 0000 0000 0000 06 636F6E73756C 00 0001 0003", "5")]
    public async Task Malformed_Question_IsAnsweredByItsCodeOrNotAtAll(string hex, string? expected)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        var answer = new byte[512];
        byte[] question = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        int length = new DnsAnswerer(host.Index, host.Options).Answer(question, answer, true, 0, out _);
        if (expected is null) Assert.Equal(0, length);
        else Assert.Equal(expected, DnsText.Read(answer.AsSpan(0, length)));
    }

    private static async Task<string> AskAsync(string name, DnsType type)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(
            host, "web", "web1", "10.0.0.1", 80, ""","Tags":["primary"],"Weights":{"Passing":3,"Warning":1}""");
        await RegisterAsync(host, "web", "web2", "10.0.0.2", 80, ""","Tags":["replica"],"Check":{"TTL":"1h"}""");
        await RegisterAsync(host, "shop.cart", "cart1", "10.0.0.3", 80);
        await RegisterAsync(host, "v6", "v6", "fd00::1", 80);
        await RegisterAsync(host, "host", "host", "db.example.com", 90);
        await RegisterAsync(host, "dot", "dot", "db.example.com.", 90);
        foreach (string address in new[] { "no..name", "b\u00fccher.example", "db.example.com." })
            await RegisterAsync(host, "mixed", address, address, 90);
        await host.PutAsync("catalog/register", """{"Node":"ext","Address":"db.example.com."}""");
        await RegisterAsync(host, "sick", "sick", "10.0.0.8", 80, ""","Check":{"TTL":"1h"}""");
        return await SendAsync(host, DnsText.Ask(name, type));
    }

    private static async Task<string> SendAsync(DoorHost host, byte[] question) =>
        DnsText.Read(await UdpAsync(host, question));

    private static async Task<byte[]> UdpAsync(DoorHost host, byte[] question)
    {
        using var client = new UdpClient();
        await client.SendAsync(question, host.Options.Dns!, TestContext.Current.CancellationToken);
        return (await client.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer;
    }

    private static async Task<byte[]> TcpAsync(DoorHost host, byte[] question)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Options.Dns!, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        return await DnsText.ExchangeAsync(stream, question);
    }

    private static Task<string> RegisterAsync(
        DoorHost host, string name, string id, string address, int port, string more = "") =>
        host.PutAsync("agent/service/register",
            "{\"ID\":\"" + id + "\",\"Name\":\"" + name + "\",\"Address\":\"" + address
                + $"\",\"Port\":{port}{more}}}");
}
