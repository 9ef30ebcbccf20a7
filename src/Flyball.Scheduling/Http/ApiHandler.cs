using Flyball.Base.Resources;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Http;

/// <summary>Wraps handlers so that every refusal is answered as a problem.</summary>
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
            await JsonAnswer.ProblemAsync(context, refusal.Problem);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            var problem = new ApiProblem { Title = "Bad request", Status = bad.StatusCode, Detail = bad.Message };
            await JsonAnswer.ProblemAsync(context, problem);
        }
    };

    /// <summary>The revision of <c>If-Match</c>; null when the caller does not care.</summary>
    public static Revision? IfMatch(HttpContext context)
    {
        string text = context.Request.Headers.IfMatch.ToString().Trim();
        if (text.Length == 0 || text == "*") return null;
        return long.TryParse(text.Trim('"'), out long revision)
            ? new Revision(revision)
            : throw ApiRefusal.Invalid("If-Match", $"'{text}' is not a revision in quotes, such as \"42\".");
    }

    public static void SetRevision(HttpContext context, Revision revision) =>
        context.Response.Headers.ETag = $"\"{revision}\"";

    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
