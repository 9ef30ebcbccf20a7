using System.IO.Compression;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>Reads a body of bounded size, unpacking it on the way.</summary>
internal static class BodyReader
{
    private const int StepBytes = 64 * 1024;

    /// <summary>Null, or why the body is of no use.</summary>
    /// <param name="response">Its content is read.</param>
    /// <param name="body">Cleared, then filled.</param>
    /// <param name="bytesMax">Bytes of the unpacked body; a larger one is refused without reading on.</param>
    /// <param name="cancellation">Ends the reading by exception.</param>
    public static async Task<string?> ReadAsync(
        HttpResponseMessage response, ByteBuffer body, long bytesMax, CancellationToken cancellation)
    {
        string encoding = string.Join(',', response.Content.Headers.ContentEncoding);
        await using Stream raw = await response.Content.ReadAsStreamAsync(cancellation);
        return await ReadAsync(raw, encoding, body, bytesMax, cancellation);
    }

    /// <summary>The same for any stream and the name of its encoding.</summary>
    public static async Task<string?> ReadAsync(
        Stream raw, string encoding, ByteBuffer body, long bytesMax, CancellationToken cancellation)
    {
        body.Clear();
        switch (encoding.Trim().ToLowerInvariant())
        {
            case "" or "identity":
                return await CopyAsync(raw, body, bytesMax, cancellation);
            case "gzip" or "x-gzip":
                await using (var gzip = new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true))
                    return await CopyAsync(gzip, body, bytesMax, cancellation);
            case "deflate":
                await using (var deflate = new ZLibStream(raw, CompressionMode.Decompress, leaveOpen: true))
                    return await CopyAsync(deflate, body, bytesMax, cancellation);
            default:
                return $"the content encoding {encoding} is not supported";
        }
    }

    private static async Task<string?> CopyAsync(
        Stream source, ByteBuffer body, long bytesMax, CancellationToken cancellation)
    {
        byte[] step = System.Buffers.ArrayPool<byte>.Shared.Rent(StepBytes);
        try
        {
            while (true)
            {
                int read = await source.ReadAsync(step, cancellation);
                if (read == 0) return null;
                if (body.Length + (long)read > bytesMax) return $"the body is larger than {bytesMax} bytes";
                body.Bytes(step.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            return "the body is not packed as it says, or not whole";
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(step);
        }
    }
}
