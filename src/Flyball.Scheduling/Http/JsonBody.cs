using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Flyball.Scheduling.Leading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Scheduling.Http;

/// <summary>Reads JSON bodies within a bound and says which field is wrong.</summary>
internal static class JsonBody
{
    public static async Task<T> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> json, long bytesMax, SchedulingMetrics metrics, string bound)
        where T : class
    {
        Limit(context, bytesMax);
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, json, context.RequestAborted)
                ?? throw ApiRefusal.Invalid("$", "the body must be a JSON object");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            metrics.Refused(bound);
            throw ApiRefusal.TooLarge($"The body is larger than {bytesMax} bytes ({bound}).");
        }
        catch (JsonException e)
        {
            throw ApiRefusal.Invalid(
                Field(e.Path), e.LineNumber is { } line ? $"not valid JSON here (line {line + 1})" : "not valid JSON");
        }
    }

    /// <summary>
    /// Kestrel counts the bytes and refuses; its own bound is lower or higher than ours, so it is set.
    /// </summary>
    public static void Limit(HttpContext context, long bytesMax)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = bytesMax;
    }

    private static string Field(string? path) =>
        path is null or "$" ? "$" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
}
