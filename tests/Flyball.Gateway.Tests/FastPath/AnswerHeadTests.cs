using System.Text;
using CsCheck;
using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.Tests.FastPath;

public sealed class AnswerHeadTests
{
    private const string Whole =
        "HTTP/1.1 200 All is well\r\nContent-Length: 5\r\nDate: now\r\nContent-Type: text/event-stream; x\r\n\r\n";

    private static HeadVerdict Parse(string text, out AnswerHead head, bool toHead = false)
    {
        head = new AnswerHead(50);
        return head.Parse(Encoding.Latin1.GetBytes(text), toHead);
    }

    [Fact]
    public void Parse_WholeHead_KnowsItsParts()
    {
        Assert.Equal(HeadVerdict.Complete, Parse(Whole + "hello", out AnswerHead head));
        Assert.Equal((200, Whole.Length, 5L), (head.Status, head.Length, head.ContentLength));
        Assert.True(head is { KeepsAlive: true, HasDate: true, IsEventStream: true });
    }

    [Fact]
    public void Parse_EachBeginning_IsIncomplete()
    {
        for (int length = 0; length < Whole.Length; length++)
            Assert.Equal(HeadVerdict.Incomplete, Parse(Whole[..length], out _));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "UntilClose", false)]
    [InlineData("HTTP/1.1 204 No\r\n\r\n", "None", true)]
    [InlineData("HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", "None", true)]
    [InlineData("HTTP/1.1 103 Early\r\n\r\n", "None", true)]
    [InlineData("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n", "Chunked", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "Length", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "Length", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", "Length", true)]
    public void Parse_EachBody_KnowsItsEndAndTheConnections(string text, string body, bool keepsAlive)
    {
        Assert.Equal(HeadVerdict.Complete, Parse(text, out AnswerHead head));
        Assert.Equal((body, keepsAlive), (head.Body.ToString(), head.KeepsAlive));
    }

    [Fact]
    public void Parse_AnswerToHead_HasNoBody()
    {
        Assert.Equal(HeadVerdict.Complete, Parse(Whole, out AnswerHead head, toHead: true));
        Assert.Equal((BodyKind.None, true), (head.Body, head.KeepsAlive));
    }

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20x OK\r\n\r\n")]
    [InlineData("220 smtp.example.com\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nX: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n")]
    public void Parse_MalformedOrAmbiguous_IsRefused(string text) =>
        Assert.Equal(HeadVerdict.Refused, Parse(text, out _));

    [Fact]
    public void Parse_AnyDamage_NeverThrowsAndDoesNotDependOnThePieces() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Byte, Gen.Int[1, Whole.Length]).Sample((at, value, piece) =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes(Whole);
            bytes[at] = value;
            var head = new AnswerHead(50);
            HeadVerdict whole = head.Parse(bytes, false);
            HeadVerdict inPieces = HeadVerdict.Incomplete;
            for (int end = piece; inPieces == HeadVerdict.Incomplete && end < bytes.Length + piece; end += piece)
                inPieces = head.Parse(bytes.AsSpan(0, Math.Min(end, bytes.Length)), false);
            Assert.Equal(whole, inPieces);
        }, iter: 20_000, seed: "0N0XIzNsQ0O2");
}
