using Flyball.Base.Codecs;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Querying;
using Microsoft.AspNetCore.Http;
using Snappier;

namespace Flyball.Metrics.RemoteRead;

/// <summary>
/// <c>POST /api/v1/read</c>: the samples of series, for a Prometheus that has this server as <c>remote_read</c>.
/// Answers with samples only, the form that every client takes; streamed chunks would be Prometheus' own encoding. 400
/// for a malformed request, 415 for another encoding, 422 when the answer is too large, 503 when too many queries run.
/// See
/// https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/.
/// </summary>
internal sealed class RemoteReadApi(MetricsOptions options, QueryRunner runner, RequestBodies bodies)
{
    private const string MediaType = "application/x-protobuf";

    public async Task ReadAsync(HttpContext context)
    {
        string encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
        {
            await IntakeAnswers.RefuseAsync(
                context, StatusCodes.Status415UnsupportedMediaType,
                $"The content encoding {encoding} is not supported; send snappy.");
            return;
        }

        try
        {
            if (await RequestAsync(context) is { } request) await AnswerAsync(context, request);
        }
        catch (ApiRefusal refusal) when (!context.Response.HasStarted)
        {
            // Clients of remote read show the body as it is: they do not expect Prometheus' JSON.
            await IntakeAnswers.RefuseAsync(context, refusal.Status, refusal.Message);
        }
    }

    private async Task<ReadRequest?> RequestAsync(HttpContext context)
    {
        ByteBuffer body = bodies.Rent();
        try
        {
            if (await bodies.ReadAsync(context, body, unpacks: false) is { } failure)
            {
                await IntakeAnswers.RefuseAsync(context, failure.Status, failure.Problem);
                return null;
            }

            ReadRequest request = Decode(body.Written, options.WriteUnpackedBytesMax);
            if (!request.AcceptsSamples)
                throw new ApiRefusal(ApiErrorKind.BadData, "only answers of the type SAMPLES are supported");
            return request;
        }
        finally
        {
            bodies.Return(body);
        }
    }

    private async Task AnswerAsync(HttpContext context, ReadRequest request)
    {
        byte[] packed = await runner.ReadAsync(
            (store, cancellation) =>
            {
                var answer = new ByteBuffer(1 << 16);
                var writer = new ReadAnswer(options);
                foreach (ReadQuery query in request.Queries)
                {
                    using ISeriesSource source = store.Open(query.MinMs, query.MaxMs);
                    writer.Add(source, query, answer, cancellation);
                }

                return Snappy.CompressToArray(answer.Written);
            },
            context.RequestAborted);
        context.Response.ContentType = MediaType;
        context.Response.Headers.ContentEncoding = "snappy";
        context.Response.ContentLength = packed.Length;
        await context.Response.BodyWriter.WriteAsync(packed, context.RequestAborted);
    }

    private static ReadRequest Decode(ReadOnlySpan<byte> body, int unpackedBytesMax)
    {
        byte[] message;
        try
        {
            // The format's lengths have 32 bits without a sign.
            if ((uint)Snappy.GetUncompressedLength(body) > unpackedBytesMax)
                throw new ApiRefusal(ApiErrorKind.BadData, $"a request may have {unpackedBytesMax} bytes unpacked");
            message = Snappy.DecompressToArray(body);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new ApiRefusal(ApiErrorKind.BadData, "the body is no Snappy block");
        }

        return ReadRequest.TryDecode(message, out string problem)
            ?? throw new ApiRefusal(ApiErrorKind.BadData, problem);
    }
}
