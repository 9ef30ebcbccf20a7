using Flyball.Metrics.Hosting;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Status;

/// <summary>
/// <c>/-/healthy</c> and <c>/-/ready</c>: for probes, which carry no token; so they tell nothing else.
/// </summary>
internal sealed class HealthApi(StoreHost host)
{
    public static Task HealthyAsync(HttpContext context) =>
        AnswerAsync(context, StatusCodes.Status200OK, "Flyball is healthy.\n");

    public Task ReadyAsync(HttpContext context) => host.State == StoreState.Open
        ? AnswerAsync(context, StatusCodes.Status200OK, "Flyball is ready.\n")
        : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "Flyball is not ready.\n");

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(text, context.RequestAborted);
    }
}
