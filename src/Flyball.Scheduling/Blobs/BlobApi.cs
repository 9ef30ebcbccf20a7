using Flyball.Scheduling.Http;
using Flyball.Scheduling.Leading;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Blobs;

/// <summary>PUT, GET and HEAD of build contexts.</summary>
internal sealed class BlobApi(BlobStore blobs, SchedulingOptions options, SchedulingMetrics metrics)
{
    public async Task PutAsync(HttpContext context)
    {
        string digest = DigestOf(context);
        if (!await blobs.ExistsAsync(digest, context.RequestAborted))
        {
            if (context.Request.ContentLength > options.BlobBytesMax) throw TooLarge();
            // The store counts the bytes itself; one more lets it see that there are too many.
            JsonBody.Limit(context, options.BlobBytesMax + 1);
            switch (await blobs.PutAsync(digest, context.Request.Body, context.RequestAborted))
            {
                case BlobOutcome.Stored:
                    break;
                case BlobOutcome.DigestMismatch:
                    throw ApiRefusal.Invalid("digest", "the bytes sent have another digest; nothing was kept");
                case BlobOutcome.TooLarge:
                    throw TooLarge();
                default:
                    throw ApiRefusal.Unavailable("The disk takes no more; nothing was kept.");
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task GetAsync(HttpContext context)
    {
        await using Stream stream = await blobs.OpenAsync(DigestOf(context), context.RequestAborted)
            ?? throw ApiRefusal.NotFound("There is no such build context.");
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = stream.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await stream.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private ApiRefusal TooLarge()
    {
        metrics.Refused(nameof(options.BlobBytesMax));
        return ApiRefusal.TooLarge($"A build context may have {options.BlobBytesMax} bytes at most (BlobBytesMax).");
    }

    private static string DigestOf(HttpContext context)
    {
        string digest = ApiHandler.Route(context, "digest");
        return BlobDigest.IsValid(digest)
            ? digest
            : throw ApiRefusal.Invalid("digest", "must be 'sha256:' and 64 lower-case hexadecimal digits");
    }
}
