using System.Text;
using CsCheck;
using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.Tests.FastPath;

public sealed class ChunkedBodyTests
{
    private const string Alphabet = "0123aF;:\r\n x\0";

    /// <summary>Feeds pieces and returns what is passed on and what was left untouched.</summary>
    private static ChunkVerdict Feed(
        byte[] bytes, int piece, ChunkOutput output, out string passed, out string untouched)
    {
        var body = new ChunkedBody(output);
        var all = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += piece)
        {
            byte[] part = bytes[at..Math.Min(bytes.Length, at + piece)];
            ChunkVerdict verdict = body.Process(part, out int consumed, out int produced);
            Assert.InRange(produced, 0, consumed);
            all.Append(Encoding.Latin1.GetString(part, 0, produced));
            if (verdict == ChunkVerdict.More) continue;
            passed = all.ToString();
            untouched = Encoding.Latin1.GetString(bytes, at + consumed, bytes.Length - at - consumed);
            return verdict;
        }

        passed = all.ToString();
        untouched = "";
        return ChunkVerdict.More;
    }

    [Theory]
    [InlineData("ChunksAndTrailers", "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n")]
    [InlineData("Chunks", "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("Data", "hello0123456789")]
    public void Process_ExtensionsAndTrailers_PassesWhatIsAskedFor(string output, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            "5;a=b;c=\"d\"\r\nhello\r\n00A\r\n0123456789\r\n0;z\r\nX-Sum: 7\r\n\r\nGET /next");
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            ChunkVerdict verdict = Feed(
                bytes, piece, Enum.Parse<ChunkOutput>(output), out string passed, out string untouched);
            Assert.Equal(ChunkVerdict.Done, verdict);
            Assert.Equal(expected, passed);
            Assert.Equal("GET /next", untouched);
        }
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData("0x1\r\n")]
    [InlineData(" 1\r\n")]
    [InlineData("1 \r\n")]
    [InlineData("1\n")]
    [InlineData("1\r\r\n")]
    [InlineData("1\r\nab")]
    [InlineData("1\r\na\n")]
    [InlineData("1\r\na\rb")]
    [InlineData("1;a\nb\r\n")]
    [InlineData("1;a\0\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("0\r\nX : y\r\n\r\n")]
    [InlineData("0\r\n X: y\r\n\r\n")]
    [InlineData("0\r\n: y\r\n\r\n")]
    [InlineData("0\r\nX: y\nZ: z\r\n\r\n")]
    [InlineData("0\r\nX: \0\r\n\r\n")]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("0\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("0\r\nHost: other\r\n\r\n")]
    [InlineData("0\r\n\rX")]
    public void Process_Ambiguous_IsMalformed(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int piece = 1; piece <= bytes.Length; piece++)
            Assert.Equal(ChunkVerdict.Malformed, Feed(bytes, piece, ChunkOutput.Chunks, out _, out _));
    }

    [Fact]
    public void Process_EndlessExtensionOrTrailer_IsMalformed()
    {
        byte[] extension = Encoding.ASCII.GetBytes("1;" + new string('x', 2_000));
        byte[] trailers = Encoding.ASCII.GetBytes(
            "0\r\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"X{i}: y\r\n")));
        Assert.Equal(ChunkVerdict.Malformed, Feed(extension, 100, ChunkOutput.Chunks, out _, out _));
        Assert.Equal(ChunkVerdict.Malformed, Feed(trailers, 100, ChunkOutput.Chunks, out _, out _));
    }

    /// <summary>What goes in as chunks comes out as the same data, however it is cut into pieces.</summary>
    [Fact]
    public void Process_AnyChunks_AnyPieces_TheDataIsTheSame() =>
        Gen.Select(Gen.Byte.Array[1, 300].Array[0, 8], Gen.Int[1, 400]).Sample((chunks, piece) =>
        {
            using var wire = new MemoryStream();
            foreach (byte[] chunk in chunks)
            {
                wire.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
                wire.Write(chunk);
                wire.Write("\r\n"u8);
            }

            wire.Write("0\r\n\r\n"u8);
            byte[] bytes = wire.ToArray();
            Assert.Equal(ChunkVerdict.Done, Feed(bytes, piece, ChunkOutput.Data, out string data, out _));
            Assert.Equal(string.Concat(chunks.Select(Encoding.Latin1.GetString)), data);
            Assert.Equal(ChunkVerdict.Done, Feed(bytes, piece, ChunkOutput.Chunks, out string same, out _));
            Assert.Equal(Encoding.Latin1.GetString(bytes), same);
        }, iter: 2_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Process_Noise_NeverThrowsAndDoesNotDependOnThePieces() =>
        Gen.Select(Gen.Int[0, Alphabet.Length - 1].Array[0, 60], Gen.Int[1, 60]).Sample((letters, piece) =>
        {
            byte[] bytes = [.. letters.Select(i => (byte)Alphabet[i])];
            ChunkVerdict whole = Feed(bytes, 100, ChunkOutput.Chunks, out string passed, out _);
            Assert.Equal(whole, Feed(bytes, piece, ChunkOutput.Chunks, out string inPieces, out _));
            if (whole != ChunkVerdict.Malformed) Assert.Equal(passed, inPieces);
        }, iter: 20_000, seed: "0N0XIzNsQ0O2");
}
