using System.Collections.Concurrent;
using Flyball.Base.Codecs;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// <c>POST /api/v1/otlp/v1/metrics</c>: OTLP over HTTP in protobuf or JSON. What is refused for good is told as partial
/// success; 503 asks the sender to repeat. See https://opentelemetry.io/docs/specs/otlp/#otlphttp.
/// </summary>
internal sealed class OtlpApi
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private const int DecodersKeptMax = 16;
    private const int InvalidArgument = 3;
    private const int Unavailable = 14;

    private readonly ConcurrentBag<OtlpDecoder> _decoders = [];
    private readonly MetricsOptions _options;
    private readonly SampleIntake _intake;
    private readonly RequestBodies _bodies;
    private readonly OtlpNaming _naming;
    private readonly DeltaSums _deltas;

    public OtlpApi(MetricsOptions options, SampleIntake intake, RequestBodies bodies)
    {
        (_options, _intake, _bodies) = (options, intake, bodies);
        _naming = new OtlpNaming(Enum.Parse<OtlpTranslation>(options.OtlpTranslation));
        _deltas = new DeltaSums(options.OtlpDeltaSeriesMax);
    }

    public async Task WriteAsync(HttpContext context)
    {
        string media = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        if (media is not (Protobuf or Json))
        {
            await IntakeAnswers.RefuseAsync(
                context, StatusCodes.Status415UnsupportedMediaType, $"Send {Protobuf} or {Json}.");
            return;
        }

        if (await TenantHeader.ReadAsync(context) is not { } tenant) return;
        ByteBuffer body = _bodies.Rent();
        ByteBuffer message = _bodies.Rent();
        try
        {
            bool isJson = media == Json;
            if (await _bodies.ReadAsync(context, body, unpacks: true) is { } failure)
                await FailAsync(context, isJson, failure.Status, InvalidArgument, failure.Problem);
            else if (isJson && OtlpJson.TryWrite(body.WrittenMemory, message) is { } problem)
                await FailAsync(context, isJson, StatusCodes.Status400BadRequest, InvalidArgument, problem);
            else await StoreAsync(context, isJson, isJson ? message : body, tenant);
        }
        finally
        {
            _bodies.Return(body);
            _bodies.Return(message);
        }
    }

    /// <summary>Decodes a request in protobuf and stores it; for agents that pass on what they were sent.</summary>
    /// <param name="request">The bytes of an <c>ExportMetricsServiceRequest</c>.</param>
    /// <param name="extra">Labels that the way in adds to every series.</param>
    /// <param name="tenant">Whose series they are, for limits.</param>
    /// <param name="fillsGaps">Whether the sender kept it while it could not reach the server.</param>
    public async Task<OtlpOutcome> WriteAsync(
        ReadOnlyMemory<byte> request, Labels extra, string tenant = "", bool fillsGaps = true)
    {
        using IntakeTicket? ticket = _intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null) return OtlpOutcome.Retry(_intake.Describe(refusal));
        if (!_decoders.TryTake(out OtlpDecoder? decoder))
            decoder = new OtlpDecoder(_naming, _options.OtlpPromotedAttributes, _deltas);
        bool isGood = decoder.TryDecode(request.Span, extra, ticket.Batch);
        (ticket.Batch.Tenant, ticket.Batch.FillsGaps) = (tenant, fillsGaps);
        (int refused, string reason) = (decoder.RefusedPoints, decoder.FirstRefusal);
        if (_decoders.Count < DecodersKeptMax) _decoders.Add(decoder);
        if (!isGood) return OtlpOutcome.Malformed("The request is no ExportMetricsServiceRequest.");
        if (await ticket.AppendAsync() == CommitOutcome.Unavailable)
            return OtlpOutcome.Retry(IntakeAnswers.DiskRefuses);
        int accepted = ticket.Report.Accepted;
        if (ticket.Report.Refused == 0) return OtlpOutcome.Stored(accepted, refused, reason);
        string described = IntakeAnswers.DescribeRefused(ticket);
        return OtlpOutcome.Stored(
            accepted, refused + ticket.Report.Refused, reason.Length == 0 ? described : $"{reason}; {described}");
    }

    private async Task StoreAsync(HttpContext context, bool isJson, ByteBuffer request, string tenant)
    {
        OtlpOutcome outcome = await WriteAsync(
            request.WrittenMemory, Labels.Empty, tenant, fillsGaps: false);
        if (outcome.IsUnavailable)
        {
            await FailAsync(
                context, isJson, StatusCodes.Status503ServiceUnavailable, Unavailable, outcome.Reason);
        }
        else if (outcome.IsMalformed)
        {
            await FailAsync(context, isJson, StatusCodes.Status400BadRequest, InvalidArgument, outcome.Reason);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.ContentType = isJson ? Json : Protobuf;
            byte[] answer = isJson ? OtlpAnswers.SuccessJson(outcome) : OtlpAnswers.Success(outcome);
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }
    }

    private static async Task FailAsync(HttpContext context, bool isJson, int status, int code, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? Json : Protobuf;
        byte[] answer = isJson ? OtlpAnswers.StatusJson(code, reason) : OtlpAnswers.Status(code, reason);
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}
