using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Answers;

/// <summary>Wraps handlers so that every refusal is answered in Prometheus' form.</summary>
internal static class ApiHandler
{
    public static RequestDelegate Of(Func<HttpContext, Task> handle) => async context =>
    {
        try
        {
            await handle(context);
        }
        catch (ApiRefusal refusal) when (!context.Response.HasStarted)
        {
            await AnswerStream.RefuseAsync(context, refusal);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = bad.StatusCode;
            await AnswerStream.RefuseAsync(context, new ApiRefusal(ApiErrorKind.BadData, bad.Message), bad.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up: nobody is left to answer.
        }
    };
}
