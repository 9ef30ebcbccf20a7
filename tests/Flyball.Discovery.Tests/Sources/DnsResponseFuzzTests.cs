using CsCheck;
using Flyball.Discovery.Dns;
using Flyball.Discovery.Sources;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Whatever comes from a DNS server, it is read, passed over or called damaged.</summary>
public sealed class DnsResponseFuzzTests
{
    private static readonly byte[] Question = DnsResponse.Question(0x1234, "web.service.consul", DnsType.SRV);

    [Fact]
    public void Read_AnyBytesAfterTheQuestion_EndsInOrder() =>
        Gen.Byte.Array[0, 120].Sample(rest =>
        {
            byte[] message = [.. Question, .. rest];
            message[2] |= 0x80;
            message[7] = 3;
            message[11] = 2;
            Check(message);
        }, iter: 50_000);

    [Fact]
    public async Task Read_RealAnswersWithBytesChangedOrCut_EndsInOrder()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        for (int i = 1; i < 4; i++)
        {
            await host.PutAsync(
                "agent/service/register", $$"""{"Name":"web","ID":"{{i}}","Address":"10.0.0.{{i}}","Port":80}""");
        }

        var answerer = new DnsAnswerer(host.Index, host.Options);
        byte[] buffer = new byte[DnsAnswerer.UdpBytesMax];
        int length = answerer.Answer(Question, buffer, isUdp: true, 0, out _);
        DnsResponse whole = DnsResponse.Read(buffer.AsSpan(0, length), Question)!;
        Assert.Equal((3, 3), (whole.Answers.Count, whole.Additional.Count));
        Assert.All(whole.Answers, record => Assert.Equal(80, record.Port));
        for (int cut = 0; cut < length; cut++)
        {
            byte[] some = buffer[..cut];
            if (cut > Question.Length)
                Assert.Throws<FormatException>(() => DnsResponse.Read(some, Question));
            else Check(some);
        }

        Gen.Select(Gen.Int[0, length - 1], Gen.Byte).Array[1, 5].Sample(changes =>
        {
            byte[] bytes = buffer[..length];
            foreach ((int at, byte value) in changes) bytes[at] = value;
            Check(bytes);
        }, iter: 50_000);
    }

    [Fact]
    public void Read_NamePointingAtItself_IsDamaged()
    {
        byte[] message = [.. Question, 0xC0, (byte)Question.Length, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4];
        message[2] |= 0x80;
        message[7] = 1;
        Assert.Throws<FormatException>(() => DnsResponse.Read(message, Question));
    }

    private static void Check(byte[] message)
    {
        try
        {
            DnsResponse.Read(message, Question);
        }
        catch (FormatException)
        {
            // Called damaged.
        }
    }
}
