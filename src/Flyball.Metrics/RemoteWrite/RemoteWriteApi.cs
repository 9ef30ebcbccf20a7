using System.Buffers;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// <c>POST /api/v1/write</c>: answers 204 when all that was accepted is durable, 400 when something was refused for
/// good, 503 when the sender should repeat the request.
/// </summary>
internal sealed class RemoteWriteApi(MetricsOptions options, SampleIntake intake)
{
    private const int FirstBufferBytes = 64 * 1024;

    public async Task WriteAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength > options.WriteBytesMax)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, TooLarge());
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.WriteBytesMax;
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, intake.Describe(refusal));
            return;
        }

        byte[] body = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstBufferBytes) + 1);
        try
        {
            int length;
            (body, length) = await ReadAsync(request.Body, body, context.RequestAborted);
            RemoteWriteProblem problem = RemoteWriteDecoder.Decode(
                body.AsSpan(0, length), options.WriteUnpackedBytesMax, "", ticket.Batch);
            if (problem == RemoteWriteProblem.None) await StoreAsync(context, ticket);
            else await RefuseAsync(context, Status(problem), Describe(problem));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static async Task StoreAsync(HttpContext context, IntakeTicket ticket)
    {
        CommitOutcome outcome = await ticket.AppendAsync();
        if (outcome == CommitOutcome.Unavailable)
        {
            await RefuseAsync(
                context, StatusCodes.Status503ServiceUnavailable, "The disk refuses to store samples; repeat later.");
        }
        else if (ticket.Report.Refused > 0)
        {
            AppendReport report = ticket.Report;
            string series = BatchLabels.Describe(ticket.Batch, report.FirstRefusedSeries);
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest,
                $"{report.Refused} of {report.Refused + report.Accepted} samples were refused, the first for "
                + $"{report.FirstRefusal}: {series}");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static async Task<(byte[] Body, int Length)> ReadAsync(
        Stream source, byte[] body, CancellationToken cancellation)
    {
        int length = 0;
        while (true)
        {
            int read = await source.ReadAsync(body.AsMemory(length), cancellation);
            if (read == 0) return (body, length);
            length += read;
            if (length < body.Length) continue;
            byte[] larger = ArrayPool<byte>.Shared.Rent(body.Length * 2);
            body.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(body);
            body = larger;
        }
    }

    private static int Status(RemoteWriteProblem problem) => problem == RemoteWriteProblem.TooLarge
        ? StatusCodes.Status413PayloadTooLarge
        : StatusCodes.Status400BadRequest;

    private string Describe(RemoteWriteProblem problem) => problem switch
    {
        RemoteWriteProblem.NotSnappy => "The body is no Snappy block.",
        RemoteWriteProblem.TooLarge => TooLarge(),
        _ => "The body is no remote-write request.",
    };

    private string TooLarge() =>
        $"A write may have {options.WriteBytesMax} bytes, and {options.WriteUnpackedBytesMax} unpacked.";

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }
}
