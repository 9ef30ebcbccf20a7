using System.Text;
using CsCheck;
using Flyball.Load.Http;

namespace Flyball.Load.Tests.Http;

public sealed class ResponseParserTests
{
    public static TheoryData<string, int, bool> Answers() => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, true },
        { "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", 200, true },
        { "HTTP/1.1 204 No Content\r\n\r\n", 204, true },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, true },
        { "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno", 503, false },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, false },
        { "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok", 200, true },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, true },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
            200, true },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Read_InPiecesOfEverySize_EndsWhereTheAnswerDoes(string answer, int status, bool keeps)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            var parser = new ResponseParser();
            parser.Reset();
            Assert.Equal((ResponseStep.Complete, bytes.Length), Feed(parser, bytes, piece));
            Assert.Equal((status, keeps), (parser.Status, parser.KeepsAlive));
        }
    }

    [Fact]
    public void Read_WhatFollowsAnAnswer_IsNotConsumed()
    {
        byte[] bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1"u8.ToArray();
        var parser = new ResponseParser();
        Assert.Equal(ResponseStep.Complete, parser.Read(bytes, false, out int consumed));
        Assert.Equal(bytes.Length - 8, consumed);
    }

    [Fact]
    public void Read_AnswerToHead_HasNoBody()
    {
        var parser = new ResponseParser();
        Assert.Equal(
            ResponseStep.Complete, parser.Read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"u8, true, out _));
    }

    [Fact]
    public void Read_NoLengthGiven_EndsWithTheConnection()
    {
        var parser = new ResponseParser();
        Assert.Equal(ResponseStep.NeedsMore, parser.Read("HTTP/1.1 200 OK\r\n\r\nabc"u8, false, out int consumed));
        Assert.True(parser.EndsWithConnection);
        Assert.Equal(22, consumed);
    }

    [Theory]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n")]
    public void Read_WhatIsNoHttp_IsInvalid(string answer) => Assert.Equal(
        ResponseStep.Invalid, new ResponseParser().Read(Encoding.ASCII.GetBytes(answer), false, out _));

    [Fact]
    public void Read_AnyBytes_NeverThrowsNorConsumesMoreThanThereIs() =>
        Gen.OneOf(
            Gen.Byte.Array[0, 80],
            Gen.String["HTP/1. 20\r\n:chunked0aContent-Length"].Select(Encoding.ASCII.GetBytes))
            .Sample(bytes =>
            {
                new ResponseParser().Read(bytes, false, out int consumed);
                return consumed >= 0 && consumed <= bytes.Length;
            });

    /// <summary>Offers a piece more each time, as a connection does, and what was not consumed again.</summary>
    private static (ResponseStep Step, int Consumed) Feed(ResponseParser parser, byte[] bytes, int piece)
    {
        int from = 0, to = 0;
        while (true)
        {
            to = Math.Min(bytes.Length, to + piece);
            ResponseStep step = parser.Read(bytes.AsSpan(from, to - from), false, out int consumed);
            from += consumed;
            if (step != ResponseStep.NeedsMore || to == bytes.Length) return (step, from);
        }
    }
}
