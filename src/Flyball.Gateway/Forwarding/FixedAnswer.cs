using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing.Actions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Flyball.Gateway.Forwarding;

/// <summary>Answers that a route gives by itself, on the server's path.</summary>
internal static class FixedAnswer
{
    public static async Task WriteAsync(HttpContext context, RedirectAction redirect)
    {
        HttpResponse response = context.Response;
        response.StatusCode = redirect.Status;
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        response.Headers.Location = redirect.Location(
            context.Request.Headers.Host.ToString(), raw.StartsWith('/') ? raw : "/", context.Request.IsHttps);
        response.ContentLength = 0;
        await response.StartAsync(context.RequestAborted);
    }

    public static async Task WriteAsync(HttpContext context, AnswerAction answer)
    {
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        foreach (HeaderValue header in answer.Headers)
            response.Headers[header.Name] = StringValues.Concat(response.Headers[header.Name], header.Value);
        if (answer.HasBody) response.ContentLength = answer.Body.Length;
        if (!answer.HasBody || HttpMethods.IsHead(context.Request.Method)) return;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
