using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Answers;

/// <summary>
/// The body of an answer to a client that takes gzip. What is smaller than a packet goes as it is; of a longer one the
/// header says that it is packed when its first bytes leave.
/// </summary>
internal sealed class PackedBody(HttpResponse response, Stream destination) : Stream
{
    private const int PackedFromBytes = 1400;

    private readonly MemoryStream held = new();
    private Stream? open;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Answers are written asynchronously.");

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (open is null && held.Length + buffer.Length < PackedFromBytes && !IsSettled)
        {
            held.Write(buffer.Span);
            return;
        }

        open ??= await OpenAsync(isLarge: true, cancellationToken);
        await open.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush()
    {
    }

    /// <summary>What is held back is held until more comes or the answer ends.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        open?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        open ??= await OpenAsync(isLarge: false, cancellation);
        if (open is GZipStream) await open.DisposeAsync();
        else await open.FlushAsync(cancellation);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Whether the handler packed the body itself, or said how long it is.</summary>
    private bool IsSettled => response.Headers.ContentEncoding.Count > 0 || response.ContentLength is not null;

    private async Task<Stream> OpenAsync(bool isLarge, CancellationToken cancellation)
    {
        Stream stream = destination;
        if (isLarge && !IsSettled)
        {
            response.Headers.ContentEncoding = "gzip";
            stream = new GZipStream(destination, CompressionLevel.Fastest, leaveOpen: true);
        }

        if (held.Length > 0) await stream.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellation);
        return stream;
    }
}
