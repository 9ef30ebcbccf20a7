using System.Collections.Concurrent;
using Flyball.Base.Codecs;
using Flyball.Metrics.Scraping.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Metrics.Intake;

/// <summary>Reads bodies of requests into memory that is used again. Thread-safe.</summary>
internal sealed class RequestBodies(MetricsOptions options)
{
    private const int KeptMax = 16;
    private const int KeptBytesMax = 4 << 20;

    private readonly ConcurrentBag<ByteBuffer> _kept = [];

    /// <summary>Memory for a body; to be given back.</summary>
    public ByteBuffer Rent() => _kept.TryTake(out ByteBuffer? kept) ? kept : new ByteBuffer(64 * 1024);

    public void Return(ByteBuffer body)
    {
        if (_kept.Count < KeptMax && body.CapacityBytes <= KeptBytesMax) _kept.Add(body);
    }

    /// <summary>Null, or why the body is refused; then the status says how.</summary>
    /// <param name="context">Its request is read.</param>
    /// <param name="body">Filled with the unpacked body.</param>
    /// <param name="unpacks">Whether the content encoding is undone here.</param>
    public async Task<(int Status, string Problem)?> ReadAsync(HttpContext context, ByteBuffer body, bool unpacks)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength > options.WriteBytesMax)
            return (StatusCodes.Status413PayloadTooLarge, TooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.WriteBytesMax;
        string encoding = unpacks ? request.Headers.ContentEncoding.ToString() : "";
        long bytesMax = encoding.Length == 0 ? options.WriteBytesMax : options.WriteUnpackedBytesMax;
        string? problem =
            await BodyReader.ReadAsync(request.Body, encoding, body, bytesMax, context.RequestAborted);
        if (problem is null) return null;
        if (problem.StartsWith("the body is larger", StringComparison.Ordinal))
            return (StatusCodes.Status413PayloadTooLarge, TooLarge);
        bool isUnknown = problem.StartsWith("the content encoding", StringComparison.Ordinal);
        return (isUnknown ? StatusCodes.Status415UnsupportedMediaType : StatusCodes.Status400BadRequest, problem);
    }

    private string TooLarge =>
        $"A request may have {options.WriteBytesMax} bytes, and {options.WriteUnpackedBytesMax} unpacked.";
}
