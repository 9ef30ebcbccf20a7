using System.Collections.Concurrent;
using System.Globalization;
using Flyball.Base.Codecs;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// <c>POST /api/v1/write</c>, versions 1.0 and 2.0: answers 204 when all is durable, 400 when something was refused for
/// good while the rest is durable, 415 for another message or encoding, 503 when the sender should repeat the request.
/// See https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/.
/// </summary>
internal sealed class RemoteWriteApi(MetricsOptions options, SampleIntake intake, RequestBodies bodies)
{
    private const int DecodersKeptMax = 16;

    private readonly ConcurrentBag<RemoteWriteV2Decoder> _decoders = [];

    public async Task WriteAsync(HttpContext context)
    {
        string? type = context.Request.ContentType;
        string? problem = RemoteWriteHeaders.Check(
            type, context.Request.Headers.ContentEncoding.ToString(), out RemoteWriteVersion version);
        if (problem is not null)
        {
            await IntakeAnswers.RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, problem);
            return;
        }

        if (await TenantHeader.ReadAsync(context) is not { } tenant) return;
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null)
        {
            await IntakeAnswers.RefuseAsync(
                context, StatusCodes.Status503ServiceUnavailable, intake.Describe(refusal));
            return;
        }

        ByteBuffer body = bodies.Rent();
        try
        {
            if (await bodies.ReadAsync(context, body, unpacks: false) is { } failure)
                await IntakeAnswers.RefuseAsync(context, failure.Status, failure.Problem);
            else if (version == RemoteWriteVersion.One) await WriteFirstAsync(context, ticket, body, tenant);
            else await WriteSecondAsync(context, ticket, body, tenant);
        }
        finally
        {
            bodies.Return(body);
        }
    }

    private async Task WriteFirstAsync(HttpContext context, IntakeTicket ticket, ByteBuffer body, string tenant)
    {
        RemoteWriteProblem problem =
            RemoteWriteDecoder.Decode(body.Written, options.WriteUnpackedBytesMax, tenant, ticket.Batch);
        if (problem != RemoteWriteProblem.None)
        {
            await IntakeAnswers.RefuseAsync(context, StatusOf(problem), Describe(problem));
            return;
        }

        await StoreAsync(context, ticket, "");
    }

    private async Task WriteSecondAsync(HttpContext context, IntakeTicket ticket, ByteBuffer body, string tenant)
    {
        if (!_decoders.TryTake(out RemoteWriteV2Decoder? decoder)) decoder = new RemoteWriteV2Decoder();
        RemoteWriteProblem problem = decoder.Decode(body.Written, options.WriteUnpackedBytesMax, tenant, ticket.Batch);
        string leftOut = decoder.FirstRefusal.Length == 0
            ? ""
            : $"{decoder.RefusedSeries} series were left out, the first because {decoder.FirstRefusal}";
        if (_decoders.Count < DecodersKeptMax) _decoders.Add(decoder);
        if (problem == RemoteWriteProblem.None)
        {
            await StoreAsync(context, ticket, leftOut, TellWritten);
            return;
        }

        TellWritten(context, null);
        await IntakeAnswers.RefuseAsync(context, StatusOf(problem), Describe(problem));
    }

    private static async Task StoreAsync(
        HttpContext context, IntakeTicket ticket, string leftOut, Action<HttpContext, AppendReport?>? tell = null)
    {
        CommitOutcome outcome = await ticket.AppendAsync();
        if (outcome == CommitOutcome.Unavailable)
        {
            tell?.Invoke(context, null);
            await IntakeAnswers.RefuseAsync(
                context, StatusCodes.Status503ServiceUnavailable, IntakeAnswers.DiskRefuses);
            return;
        }

        tell?.Invoke(context, ticket.Report);
        string refused = ticket.Report.Refused > 0 ? IntakeAnswers.DescribeRefused(ticket) : "";
        string all = leftOut.Length > 0 && refused.Length > 0 ? $"{leftOut}; {refused}" : leftOut + refused;
        if (all.Length > 0) await IntakeAnswers.RefuseAsync(context, StatusCodes.Status400BadRequest, all);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Version 2.0 tells its sender what was written, also when that is nothing.</summary>
    private static void TellWritten(HttpContext context, AppendReport? report)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers[RemoteWriteHeaders.SamplesWritten] = Text(report?.AcceptedSamples);
        headers[RemoteWriteHeaders.HistogramsWritten] = Text(report?.AcceptedHistograms);
        headers[RemoteWriteHeaders.ExemplarsWritten] = Text(report?.AcceptedExemplars);
    }

    private static string Text(int? count) => (count ?? 0).ToString(CultureInfo.InvariantCulture);

    private static int StatusOf(RemoteWriteProblem problem) => problem == RemoteWriteProblem.TooLarge
        ? StatusCodes.Status413PayloadTooLarge
        : StatusCodes.Status400BadRequest;

    private string Describe(RemoteWriteProblem problem) => problem switch
    {
        RemoteWriteProblem.NotSnappy => "The body is no Snappy block.",
        RemoteWriteProblem.TooLarge => $"A write may have {options.WriteUnpackedBytesMax} bytes when unpacked.",
        _ => "The body is no remote-write request.",
    };
}
