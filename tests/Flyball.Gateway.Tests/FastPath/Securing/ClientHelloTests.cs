using System.Net.Security;
using CsCheck;
using Flyball.Gateway.FastPath.Securing;

namespace Flyball.Gateway.Tests.FastPath.Securing;

public sealed class ClientHelloTests
{
    private static HelloVerdict Read(ReadOnlySpan<byte> bytes, out ClientHello hello) =>
        ClientHello.Read(bytes, new byte[ClientHello.BytesMax], out hello);

    private static byte[] Usual() => Hellos.Of(
        Hellos.Extension(0x0a0a, []), Hellos.Host("Shop.Example"), Hellos.Extension(43, [2, 3, 4]),
        Hellos.Protocols("http/1.1", "http/1.0"), Hellos.Extension(21, new byte[200]));

    [Fact]
    public void Read_Usual_KnowsHostAndProtocols()
    {
        Assert.Equal(HelloVerdict.Complete, Read(Usual(), out ClientHello hello));
        Assert.Equal(new ClientHello("Shop.Example", true, OffersHttp11: true, OffersHttp2: false), hello);
        Assert.Equal(HelloVerdict.Complete, Read(Hellos.Of(), out ClientHello bare));
        Assert.Equal(new ClientHello("", false, false, false), bare);
    }

    [Fact]
    public async Task Read_RealClients_KnowsHostAndProtocols()
    {
        byte[] both = await Hellos.RealAsync("a.example", SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        Assert.Equal(HelloVerdict.Complete, Read(both, out ClientHello hello));
        Assert.Equal(new ClientHello("a.example", true, true, true), hello);
        byte[] none = await Hellos.RealAsync("");
        Assert.Equal(HelloVerdict.Complete, Read(none, out hello));
        Assert.Equal(new ClientHello("", false, false, false), hello);
    }

    [Fact]
    public async Task Read_EachBeginning_IsIncomplete()
    {
        byte[] real = await Hellos.RealAsync("a.example", SslApplicationProtocol.Http11);
        foreach (byte[] whole in new[] { Usual(), real, Hellos.Records(Hellos.Message(Hellos.Host("h.example")), 7) })
        {
            for (int length = 0; length < whole.Length; length++)
                Assert.Equal(HelloVerdict.Incomplete, Read(whole.AsSpan(0, length), out _));
            Assert.Equal(HelloVerdict.Complete, Read(whole, out _));
        }
    }

    [Fact]
    public void Read_InRecordsOfEachLength_SaysTheSame()
    {
        byte[] message = Hellos.Message(Hellos.Host("shop.example"), Hellos.Protocols("h2", "http/1.1"));
        Read(Hellos.Records(message), out ClientHello expected);
        Assert.True(expected.OffersHttp2);
        for (int piece = 1; piece <= message.Length; piece++)
        {
            Assert.Equal(HelloVerdict.Complete, Read(Hellos.Records(message, piece), out ClientHello hello));
            Assert.Equal(expected, hello);
        }
    }

    public static TheoryData<string, byte[]> Unusual() => new()
    {
        { "two hosts in a list", Hellos.Of(Hellos.Host("a.example", "b.example")) },
        { "no host in a list", Hellos.Of(Hellos.Host()) },
        { "an empty host", Hellos.Of(Hellos.Host("")) },
        { "the host twice", Hellos.Of(Hellos.Host("a.example"), Hellos.Host("a.example")) },
        { "a zero in the host", Hellos.Of(Hellos.Host("a.example\0.evil")) },
        { "a space in the host", Hellos.Of(Hellos.Host("a example")) },
        { "letters beyond ASCII", Hellos.Of(Hellos.Host("b\u00fccher.example")) },
        { "a long host", Hellos.Of(Hellos.Host(new string('a', 256))) },
        { "another kind of name", Hellos.Of(Hellos.Extension(0, [0, 4, 1, 0, 1, 65])) },
        { "bytes behind the names", Hellos.Of(Hellos.Extension(0, [0, 4, 0, 0, 1, 65, 9])) },
        { "no protocol in the list", Hellos.Of(Hellos.Protocols()) },
        { "an empty protocol", Hellos.Of(Hellos.Protocols("")) },
        { "protocols twice", Hellos.Of(Hellos.Protocols("h2"), Hellos.Protocols("http/1.1")) },
        { "a protocol longer than its list", Hellos.Of(Hellos.Extension(16, [0, 2, 9, 65])) },
        { "an extension cut off", Hellos.Of([0, 0, 0, 9, 1]) },
        { "another message", Hellos.Records([2, 0, 0, 0]) },
        { "a message longer than is looked at", Hellos.Records([1, 1, 0, 0, 3, 3]) },
        { "another record in between", [.. Hellos.Records(Hellos.Message()[..9]), 23, 3, 3, 0, 1, 0] },
        { "an empty record", [22, 3, 1, 0, 0] },
        { "a record longer than any", [22, 3, 1, 0x40, 1] },
        { "bytes behind the message", Hellos.Records([.. Hellos.Message(), 0]) },
        { "a field longer than the message", Hellos.Records([1, 0, 0, 35, 3, 3, .. new byte[32], 200]) },
        { "nothing but records", Hellos.Records(Hellos.Message(Hellos.Extension(21, new byte[16_000])), 1)[..16_384] },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public void Read_Unusual_IsLeftToTheOtherPath(string what, byte[] bytes) =>
        Assert.True(Read(bytes, out _) == HelloVerdict.Unusual, what);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0015\u0003\u0003\0\u0002")]
    [InlineData("\u0080\u002e\u0001\u0003")]
    [InlineData("\u0016\u0002")]
    public void Read_SomethingElse_IsNoTls(string first) =>
        Assert.Equal(HelloVerdict.NoTls, Read(System.Text.Encoding.Latin1.GetBytes(first), out _));

    /// <summary>Nothing throws, and nothing is read from beyond the message.</summary>
    [Fact]
    public void Read_DamagedAndRandomBytes_AreJudged()
    {
        byte[] whole = Usual();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length - 1], Gen.Byte).Sample(
            (first, one, second, other) =>
            {
                byte[] damaged = [.. whole];
                damaged[first] = one;
                damaged[second] = other;
                HelloVerdict verdict = Read(damaged, out ClientHello hello);
                return verdict != HelloVerdict.Complete || hello.ServerName.Length <= 255;
            });
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            Read(bytes, out _);
            Read(Hellos.Records([1, 0, 0, (byte)bytes.Length, .. bytes]), out _);
            return Read(Hellos.Of(bytes), out _) != HelloVerdict.NoTls;
        });
    }
}
