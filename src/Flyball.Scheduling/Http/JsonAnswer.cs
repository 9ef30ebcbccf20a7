using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Http;

/// <summary>Writes JSON answers by source-generated contracts.</summary>
internal static class JsonAnswer
{
    public static Task OkAsync<T>(HttpContext context, T value, JsonTypeInfo<T> json)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, json, context.RequestAborted);
    }

    public static Task ProblemAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body, problem, SchedulingJson.Default.ApiProblem, context.RequestAborted);
    }
}
