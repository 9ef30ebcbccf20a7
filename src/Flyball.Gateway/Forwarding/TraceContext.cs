using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
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
    /// <summary>Characters of a header of version 00.</summary>
    public const int Length = 55;

    public static readonly ActivitySource Source = new("Flyball.Gateway");

    /// <summary>A span for the request, or null when nobody listens.</summary>
    public static Activity? Begin(HttpRequest request) => Source.HasListeners()
        ? Begin(request.Method, request.Path.Value, request.Headers.TraceParent)
        : null;

    /// <summary>A span for the request; null when no listener wants it.</summary>
    public static Activity? Begin(string method, string? path, string? parent)
    {
        Activity? span = IsValid(parent)
            ? Source.StartActivity(method, ActivityKind.Server, parent)
            : Source.StartActivity(method, ActivityKind.Server);
        span?.SetTag("http.request.method", method);
        span?.SetTag("url.path", path);
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
        if (header is null || header.Length < Length || (header.Length > Length && header[Length] != '-')) return false;
        Span<byte> text = stackalloc byte[Length];
        return Ascii.FromUtf16(header.AsSpan(0, Length), text, out _) == OperationStatus.Done
            && IsValid(text, header.Length);
    }

    /// <summary>The same of a header's bytes.</summary>
    public static bool IsValid(ReadOnlySpan<byte> header) =>
        header.Length >= Length && (header.Length == Length || header[Length] == '-')
        && IsValid(header[..Length], header.Length);

    /// <summary>A new trace's header into <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> header)
    {
        "00-"u8.CopyTo(header);
        random.Next().TryFormat(header[3..], out _, "x16", CultureInfo.InvariantCulture);
        random.Next().TryFormat(header[19..], out _, "x16", CultureInfo.InvariantCulture);
        header[35] = (byte)'-';
        (random.Next() | 1).TryFormat(header[36..], out _, "x16", CultureInfo.InvariantCulture);
        "-01"u8.CopyTo(header[52..]);
    }

    private static bool IsValid(ReadOnlySpan<byte> text, int length)
    {
        if (text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
        if (text[..2].SequenceEqual("ff"u8) || (text[..2].SequenceEqual("00"u8) && length != Length)) return false;
        return IsHex(text[..2]) && IsHex(text[53..55]) && IsId(text[3..35]) && IsId(text[36..52]);
    }

    private static bool IsId(ReadOnlySpan<byte> text) => IsHex(text) && text.ContainsAnyExcept((byte)'0');

    private static bool IsHex(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(HexDigits);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private string Create()
    {
        Span<byte> header = stackalloc byte[Length];
        Write(header);
        return Encoding.ASCII.GetString(header);
    }
}
