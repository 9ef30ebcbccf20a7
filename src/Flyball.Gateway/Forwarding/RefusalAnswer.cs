using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Gateway.Guarding;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Forwarding;

/// <summary>Writes refusals: RFC 9457 for clients that take JSON, plain text for people.</summary>
internal static class RefusalAnswer
{
    /// <summary>
    /// Does nothing when an answer has begun: the connection is broken off instead, so that it is not taken for whole.
    /// </summary>
    public static async Task WriteAsync(
        HttpContext context, Refusal refusal, string detail, Passage? passage = null,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        response.Clear();
        response.StatusCode = refusal.Status;
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        PassageHeaders.Apply(passage, response.Headers);
        PassageHeaders.Apply(headers, response.Headers);
        if (!refusal.HasBody) return;
        bool json = TakesJson(context.Request);
        byte[] body = Body(refusal, detail, json);
        response.ContentType = ContentType(json);
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static string ContentType(bool json) => json ? "application/problem+json" : "text/plain; charset=utf-8";

    public static byte[] Body(Refusal refusal, string detail, bool json) => json
        ? Problem(refusal, detail)
        : Encoding.UTF8.GetBytes($"{refusal.Status} {refusal.Title}\n{detail}\n");

    private static bool TakesJson(HttpRequest request)
    {
        string? accept = request.Headers.Accept;
        return accept is not null && accept.Contains("json", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Problem(Refusal refusal, string detail)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("title"u8, refusal.Title);
        json.WriteNumber("status"u8, refusal.Status);
        json.WriteString("detail"u8, detail);
        json.WriteString("code"u8, refusal.Code);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
