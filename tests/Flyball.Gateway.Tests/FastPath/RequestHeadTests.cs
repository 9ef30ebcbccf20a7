using System.Text;
using CsCheck;
using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.Tests.FastPath;

public sealed class RequestHeadTests
{
    private const string Whole =
        "POST /shop/cart?id=7 HTTP/1.1\r\nHost: shop.localhost:8080\r\nContent-Length: 12\r\n"
        + "Connection: close, X-Mine\r\nAccept: application/json\r\nX-Mine:\tmine \t\r\n\r\n";

    private static HeadVerdict Parse(string text, out RequestHead head)
    {
        head = new RequestHead(100, 32 * 1024);
        return head.Parse(Encoding.Latin1.GetBytes(text));
    }

    private static string With(string fields) => $"GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n";

    [Fact]
    public void Parse_WholeHead_KnowsItsParts()
    {
        Assert.Equal(HeadVerdict.Complete, Parse(Whole + "the body", out RequestHead head));
        ReadOnlySpan<byte> bytes = Encoding.Latin1.GetBytes(Whole);
        Assert.Equal(Whole.Length, head.Length);
        Assert.Equal("POST", head.Method);
        Assert.Equal("/shop/cart?id=7", Encoding.ASCII.GetString(bytes.Slice(head.TargetStart, head.TargetLength)));
        Assert.Equal("shop.localhost:8080", head.HostOf(bytes));
        Assert.Equal((BodyKind.Length, 12), (head.Body, head.ContentLength));
        Assert.True(head is { IsHttp11: true, WantsClose: true, Nominates: true, TakesJson: true });
        Assert.Equal("mine", Encoding.ASCII.GetString(head.Fields.Items[^1].Value(bytes)));
    }

    [Fact]
    public void Parse_EachBeginning_IsIncomplete()
    {
        for (int length = 0; length < Whole.Length; length++)
            Assert.Equal(HeadVerdict.Incomplete, Parse(Whole[..length], out _));
    }

    /// <summary>Whatever two parsers may read differently (RFC 9112 §11.2), and whatever is no HTTP.</summary>
    public static TheoryData<string, string> Malformed() => new()
    {
        { "two lengths", With("Content-Length: 1\r\nContent-Length: 2\r\n") },
        { "the same length twice", With("Content-Length: 1\r\nContent-Length: 1\r\n") },
        { "a list of lengths", With("Content-Length: 1, 1\r\n") },
        { "a signed length", With("Content-Length: +1\r\n") },
        { "a negative length", With("Content-Length: -1\r\n") },
        { "a length in hexadecimal", With("Content-Length: 0x1\r\n") },
        { "an empty length", With("Content-Length: \r\n") },
        { "a length beyond 64 bits", With("Content-Length: 99999999999999999999\r\n") },
        { "length and chunks", With("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") },
        { "chunks and length", With("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n") },
        { "chunked twice", With("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") },
        { "chunked and identity", With("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n") },
        { "another encoding", With("Transfer-Encoding: gzip, chunked\r\n") },
        { "an unknown encoding", With("Transfer-Encoding: xchunked\r\n") },
        { "an encoding with a control", With("Transfer-Encoding: \u000bchunked\r\n") },
        { "space before the colon", With("Transfer-Encoding : chunked\r\n") },
        { "tab before the colon", With("Content-Length\t: 1\r\n") },
        { "a folded line", With("X: a\r\n b\r\n") },
        { "a folded line with a tab", With("X: a\r\n\tb\r\n") },
        { "a first line that is folded", "GET / HTTP/1.1\r\n Host: h\r\n\r\n" },
        { "a bare line feed", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n" },
        { "a bare line feed at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n" },
        { "a bare carriage return", With("X: a\rb\r\n") },
        { "a bare carriage return in a name", With("X\r: a\r\n") },
        { "NUL in a value", With("X: a\0b\r\n") },
        { "NUL in a name", With("X\0: a\r\n") },
        { "another control in a value", With("X: a\u0001b\r\n") },
        { "delete in a value", With("X: a\u007fb\r\n") },
        { "no colon", With("X\r\n") },
        { "no name", With(": x\r\n") },
        { "a name beyond ASCII", With("X\u00e9: a\r\n") },
        { "a name with a separator", With("X(Y): a\r\n") },
        { "no host", "GET / HTTP/1.1\r\nX: y\r\n\r\n" },
        { "two hosts", With("Host: other\r\n") },
        { "the same host twice", With("Host: h\r\n") },
        { "another host in the target", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a user in the target", "GET http://h@other/ HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "another scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a relative target", "GET x HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "no version", "GET /\r\nHost: h\r\n\r\n" },
        { "a version in small letters", "GET / http/1.1\r\nHost: h\r\n\r\n" },
        { "two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "two spaces before the version", "GET /  HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a tab for a space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a space behind the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n" },
        { "a control in the target", "GET /\u0001 HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a target beyond ASCII", "GET /\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a method with a separator", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a known method in small letters", "get / HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a space in front", " GET / HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "chunks in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "Connection names the length", With("Connection: close, Content-Length\r\nContent-Length: 1\r\n") },
        { "Connection names the host", With("Connection: host\r\n") },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Parse_MalformedOrAmbiguous_Is400(string what, string text)
    {
        Assert.True(HeadVerdict.Refused == Parse(text, out RequestHead head), what);
        Assert.Equal(400, head.Fault!.Refusal.Status);
    }

    [Theory]
    [InlineData("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505)]
    [InlineData("GET / HTTP/3.1\r\nHost: h\r\n\r\n", 505)]
    [InlineData("TOO-LARGE", 431)]
    [InlineData("TOO-MANY", 431)]
    [InlineData("TARGET", 414)]
    public void Parse_BeyondALimit_SaysWhich(string text, int status)
    {
        string whole = text switch
        {
            "TOO-LARGE" => With($"X: {new string('x', 40_000)}\r\n"),
            "TOO-MANY" => With(string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: y\r\n"))),
            "TARGET" => $"GET /{new string('x', 9_000)} HTTP/1.1\r\nHost: h\r\n\r\n",
            _ => text,
        };
        Assert.Equal(HeadVerdict.Refused, Parse(whole, out RequestHead head));
        Assert.Equal(status, head.Fault!.Refusal.Status);
    }

    [Theory]
    [InlineData("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h:80:80\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h:\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: :80\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h..\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]80\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [h]\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nExpect: a-miracle\r\n\r\n")]
    [InlineData("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n")]
    public void Parse_NotForTheLoops_IsForeign(string text) =>
        Assert.Equal(HeadVerdict.Foreign, Parse(text, out _));

    [Theory]
    [InlineData("h")]
    [InlineData("h.")]
    [InlineData("shop.example_1-2~.test:8080")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]")]
    [InlineData("[2001:db8::FF:1.2.3.4]:443")]
    public void Parse_OrdinaryHost_IsForTheLoops(string host) =>
        Assert.Equal(HeadVerdict.Complete, Parse($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", out _));

    [Fact]
    public void Parse_AbsoluteTargetOfTheSameHost_IsItsPath()
    {
        const string Text = "GET HTTP://Shop.test:80/a?b HTTP/1.1\r\nHost: shop.test:80\r\n\r\n";
        Assert.Equal(HeadVerdict.Complete, Parse(Text, out RequestHead head));
        Assert.Equal("/a?b", Text.Substring(head.TargetStart, head.TargetLength));
    }

    /// <summary>Any bytes: a verdict without an exception, and the same one when they come in pieces.</summary>
    [Fact]
    public void Parse_AnyDamage_NeverThrowsAndDoesNotDependOnThePieces() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Byte, Gen.Int[0, 3], Gen.Int[1, Whole.Length]).Sample(
            (at, value, kind, piece) =>
            {
                byte[] good = Encoding.Latin1.GetBytes(Whole);
                byte[] bytes = kind switch
                {
                    0 => [.. good[..at], value, .. good[(at + 1)..]],
                    1 => [.. good[..at], value, .. good[at..]],
                    2 => [.. good[..at], .. good[(at + 1)..]],
                    _ => [.. good[..at], .. good[(at / 2)..]],
                };
                var head = new RequestHead(100, 32 * 1024);
                HeadVerdict whole = head.Parse(bytes);
                int length = whole == HeadVerdict.Complete ? head.Length : -1;
                HeadVerdict inPieces = HeadVerdict.Incomplete;
                for (int end = piece; inPieces == HeadVerdict.Incomplete && end < bytes.Length + piece; end += piece)
                    inPieces = head.Parse(bytes.AsSpan(0, Math.Min(end, bytes.Length)));
                Assert.Equal(whole, inPieces);
                if (length >= 0) Assert.Equal(length, head.Length);
            },
            iter: 20_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Parse_Noise_NeverThrows() =>
        Gen.Byte.Array[0, 200].Sample(
            bytes => { new RequestHead(100, 32 * 1024).Parse(bytes); }, iter: 20_000, seed: "0N0XIzNsQ0O2");
}
