using System.Diagnostics;
using System.Globalization;
using Flyball.Gateway.Balancing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// W3C trace context: the client's <c>traceparent</c> is passed on; without a valid one a new trace begins, marked as
/// sampled so that parent-based samplers behind the gateway record it. A span of the gateway's own is made only while
/// somebody listens to the activity source.
/// </summary>
internal sealed class TraceContext(RandomSequence random)
{
    private const int Length = 55;

    public static readonly ActivitySource Source = new("Flyball.Gateway");

    /// <summary>A span for the request, or null when nobody listens.</summary>
    public static Activity? Begin(HttpContext context)
    {
        if (!Source.HasListeners()) return null;
        string? parent = context.Request.Headers.TraceParent;
        Activity? span = IsValid(parent)
            ? Source.StartActivity(context.Request.Method, ActivityKind.Server, parent)
            : Source.StartActivity(context.Request.Method, ActivityKind.Server);
        span?.SetTag("http.request.method", context.Request.Method);
        span?.SetTag("url.path", context.Request.Path.Value);
        return span;
    }

    public static void End(Activity? span, int status, string? route, string? error)
    {
        if (span is null) return;
        span.SetTag("http.response.status_code", status);
        if (route is not null) span.SetTag("http.route", route);
        if (error is not null) span.SetTag("error.type", error);
        if (status >= 500) span.SetStatus(ActivityStatusCode.Error, error);
        span.Dispose();
    }

    /// <summary>The header to send on: the span's, the client's when valid, or a new one.</summary>
    public string Next(Activity? span, string? fromClient) =>
        span?.Id ?? (IsValid(fromClient) ? fromClient! : Create());

    /// <summary>Version 00 exactly; of a later version the fields that 00 has.</summary>
    public static bool IsValid(string? header)
    {
        if (header is null || header.Length < Length || header[2] != '-' || header[35] != '-' || header[52] != '-')
            return false;
        ReadOnlySpan<char> text = header;
        if (text[..2] is "ff" || (text[..2] is "00" && header.Length != Length)) return false;
        if (header.Length > Length && header[Length] != '-') return false;
        return IsHex(text[..2]) && IsHex(text[53..55]) && IsId(text[3..35]) && IsId(text[36..52]);
    }

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdef");

    private string Create() =>
        string.Create(Length, (random.Next(), random.Next(), random.Next() | 1), static (text, parts) =>
    {
        "00-".CopyTo(text);
        parts.Item1.TryFormat(text[3..], out _, "x16", CultureInfo.InvariantCulture);
        parts.Item2.TryFormat(text[19..], out _, "x16", CultureInfo.InvariantCulture);
        text[35] = '-';
        parts.Item3.TryFormat(text[36..], out _, "x16", CultureInfo.InvariantCulture);
        "-01".CopyTo(text[52..]);
    });
}
