using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Flyball.Metrics.Api.Answers;

/// <summary>Packs answers with gzip for clients that take it, as Prometheus does.</summary>
internal static class AnswerPacking
{
    public static RequestDelegate Of(RequestDelegate handle) => async context =>
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        IHttpResponseBodyFeature? plain = context.Features.Get<IHttpResponseBodyFeature>();
        if (plain is null || !TakesGzip(context.Request))
        {
            await handle(context);
            return;
        }

        await using var body = new PackedBody(context.Response, plain.Stream);
        var packed = new StreamResponseBodyFeature(body, plain);
        context.Features.Set<IHttpResponseBodyFeature>(packed);
        try
        {
            await handle(context);
            await packed.Writer.FlushAsync(context.RequestAborted);
            await body.CompleteAsync(context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up: nobody is left to answer.
        }
        finally
        {
            context.Features.Set(plain);
        }
    };

    private static bool TakesGzip(HttpRequest request)
    {
        string accepts = request.Headers.AcceptEncoding.ToString();
        return accepts.Length > 0
            && StringWithQualityHeaderValue.TryParseList([accepts], out IList<StringWithQualityHeaderValue>? encodings)
            && encodings.Any(one => one.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)
                && one.Quality is not 0);
    }
}
