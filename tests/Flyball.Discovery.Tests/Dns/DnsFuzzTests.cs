using CsCheck;
using Flyball.Discovery.Dns;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Dns;

/// <summary>Whatever comes, the answer is none, or a message that can be read and names the question's id.</summary>
public sealed class DnsFuzzTests
{
    [Fact]
    public async Task Answer_AnyBytes_IsNoneOrWhole()
    {
        await using DoorHost host = await StartAsync();
        var answerer = new DnsAnswerer(host.Index, host.Options);
        Gen.Byte.Array[0, 80].Sample(bytes => Check(answerer, bytes), iter: 20_000);
    }

    [Fact]
    public async Task Answer_QuestionsWithBytesChanged_IsNoneOrWhole()
    {
        await using DoorHost host = await StartAsync();
        var answerer = new DnsAnswerer(host.Index, host.Options);
        byte[][] questions =
        [
            DnsText.Ask("web.service.consul", DnsType.SRV), DnsText.Ask("web.service.consul", DnsType.A, 4_096),
            DnsText.Ask("web.service.consul", DnsType.ANY, 1_232), DnsText.Ask("_web._tcp.consul", DnsType.ANY),
            DnsText.Ask("1.0.0.10.in-addr.arpa", DnsType.PTR), DnsText.Ask("consul", DnsType.ANY),
            DnsText.Ask("node-a.node.dc1.consul", DnsType.AAAA),
        ];
        Gen.Select(Gen.Int[0, questions.Length - 1], Gen.Select(Gen.Int[0, 60], Gen.Byte).Array[1, 4]).Sample(
            (which, changes) =>
            {
                byte[] bytes = [.. questions[which]];
                foreach ((int at, byte value) in changes) bytes[at % bytes.Length] = value;
                Check(answerer, bytes);
            },
            iter: 20_000);
    }

    [Fact]
    public async Task Answer_AnyRoom_IsNeverExceeded()
    {
        await using DoorHost host = await StartAsync();
        var answerer = new DnsAnswerer(host.Index, host.Options);
        var buffer = new byte[70_000];
        for (int payload = 0; payload < 9_000; payload += 37)
        {
            int length =
                answerer.Answer(DnsText.Ask("web.service.consul", DnsType.SRV, payload), buffer, true, 0, out _);
            Assert.InRange(length, 12, Math.Clamp(payload, 512, DnsAnswerer.UdpBytesMax));
            DnsText.Read(buffer.AsSpan(0, length));
        }
    }

    private static void Check(DnsAnswerer answerer, byte[] question)
    {
        var answer = new byte[DnsAnswerer.UdpBytesMax];
        int length = answerer.Answer(question, answer, true, 1, out _);
        if (length == 0) return;
        Assert.Equal(question[0], answer[0]);
        Assert.Equal(question[1], answer[1]);
        Assert.Equal(0x80, answer[2] & 0x80);
        DnsText.Read(answer.AsSpan(0, length));
    }

    private static async Task<DoorHost> StartAsync()
    {
        DoorHost host = await DoorHost.StartAsync();
        for (int i = 1; i <= 120; i++)
        {
            await host.PutAsync(
                "agent/service/register",
                $$"""{"ID":"web{{i}}","Name":"web","Tags":["t{{i % 3}}"],"Address":"10.0.0.{{i}}","Port":80}""");
        }

        return host;
    }
}
