using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Configuration;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Pushgateway;

/// <summary>
/// The paths of a Prometheus Pushgateway: <c>PUT</c> replaces a group, <c>POST</c> the families of the same names,
/// <c>DELETE</c> removes it. See https://github.com/prometheus/pushgateway/blob/master/README.md.
/// </summary>
internal sealed class PushApi(PushStore pushed, RequestBodies bodies)
{
    /// <summary>Samples of one push.</summary>
    private const int SamplesMax = 100_000;

    public async Task HandleAsync(HttpContext context)
    {
        // The raw path: a slash within a value is escaped, and must not divide.
        string path = context.Request.Path.Value ?? "";
        string raw = path[(path.IndexOf("/metrics/", StringComparison.Ordinal) + "/metrics/".Length)..];
        Labels? key = PushPath.TryRead(raw, out string problem);
        if (key is null)
        {
            await IntakeAnswers.RefuseAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (HttpMethods.IsDelete(context.Request.Method))
        {
            await AnswerAsync(context, pushed.Delete(key), StatusCodes.Status202Accepted);
            return;
        }

        ByteBuffer body = bodies.Rent();
        try
        {
            if (await bodies.ReadAsync(context, body, unpacks: true) is { } failure)
                await IntakeAnswers.RefuseAsync(context, failure.Status, failure.Problem);
            else await PushAsync(context, key, body);
        }
        finally
        {
            bodies.Return(body);
        }
    }

    private async Task PushAsync(HttpContext context, Labels key, ByteBuffer body)
    {
        ExpositionFormat format =
            ScrapeProtocols.FormatOf(context.Request.ContentType, ScrapeProtocol.PrometheusText0_0_4)
            ?? ExpositionFormat.Text;
        var sink = new PushSink(key, SamplesMax);
        ExpositionError? error = format == ExpositionFormat.Protobuf
            ? new ProtobufExposition().Read(body.Written, ref sink)
            : TextExposition.Read(body.Written, format, ref sink);
        if ((sink.Problem ?? error?.ToString()) is { } problem)
        {
            await IntakeAnswers.RefuseAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        bool replacesAll = HttpMethods.IsPut(context.Request.Method);
        await AnswerAsync(context, pushed.Push(key, sink.Families(), replacesAll), StatusCodes.Status200OK);
    }

    private static Task AnswerAsync(HttpContext context, PushOutcome outcome, int success)
    {
        (int status, string reason) = outcome switch
        {
            PushOutcome.Stored => (success, ""),
            PushOutcome.Inconsistent =>
                (StatusCodes.Status400BadRequest, "another group says that a metric of this push has another type"),
            PushOutcome.TooManyGroups =>
                (StatusCodes.Status429TooManyRequests, "there are as many groups as may be"),
            PushOutcome.TooLarge =>
                (StatusCodes.Status413PayloadTooLarge, "all groups together would be larger than may be"),
            _ => (StatusCodes.Status503ServiceUnavailable, IntakeAnswers.DiskRefuses),
        };
        if (reason.Length > 0) return IntakeAnswers.RefuseAsync(context, status, reason);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
