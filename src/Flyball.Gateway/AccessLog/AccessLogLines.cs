using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flyball.Gateway.AccessLog;

/// <summary>
/// Formats entries. Whatever a client sent is escaped: a line is a line, and a quote does not end a field.
/// </summary>
internal static class AccessLogLines
{
    private static readonly JsonWriterOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void WriteJson(in AccessLogEntry entry, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("time"u8, entry.At);
        Text(writer, "client"u8, entry.Client?.ToString());
        writer.WriteString("method"u8, entry.Method);
        Text(writer, "host"u8, entry.Host);
        writer.WriteString("target"u8, entry.Target);
        writer.WriteString("protocol"u8, entry.Protocol);
        writer.WriteNumber("status"u8, entry.Status);
        if (entry.BytesSent is { } bytes) writer.WriteNumber("bytesSent"u8, bytes);
        writer.WriteNumber("durationMs"u8, Math.Round(entry.Took.TotalMilliseconds, 3));
        Text(writer, "route"u8, entry.Route);
        Text(writer, "upstream"u8, entry.Upstream);
        Text(writer, "endpoint"u8, entry.Endpoint);
        writer.WriteNumber("tries"u8, entry.Tries);
        Text(writer, "refusal"u8, entry.Refusal);
        Text(writer, "referer"u8, entry.Referer);
        Text(writer, "userAgent"u8, entry.UserAgent);
        Text(writer, "traceparent"u8, entry.TraceParent);
        writer.WriteEndObject();
    }

    public static Utf8JsonWriter JsonWriter(IBufferWriter<byte> target) => new(target, Json);

    public static void WriteCombined(in AccessLogEntry entry, IBufferWriter<byte> target)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string client = entry.Client?.ToString() ?? "-";
        string at = entry.At.ToString("dd/MMM/yyyy:HH:mm:ss", invariant);
        string bytes = entry.BytesSent?.ToString(invariant) ?? "-";
        string request = $"{Quoted(entry.Method)} {Quoted(entry.Target)} {Quoted(entry.Protocol)}";
        string line = string.Create(
            invariant,
            $"{client} - - [{at} +0000] \"{request}\" {entry.Status} {bytes} "
            + $"\"{Quoted(entry.Referer)}\" \"{Quoted(entry.UserAgent)}\"");
        Encoding.UTF8.GetBytes(line, target);
    }

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    /// <summary>As nginx has it: quotes, backslashes and control characters as <c>\xHH</c>.</summary>
    private static string Quoted(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "-";
        if (!value.AsSpan().ContainsAny(Unsafe)) return value;
        var text = new StringBuilder(value.Length + 8);
        foreach (char c in value)
        {
            if (Unsafe.Contains(c)) text.Append("\\x").Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            else text.Append(c);
        }

        return text.ToString();
    }

    private static readonly SearchValues<char> Unsafe =
        SearchValues.Create([.. Enumerable.Range(0, 0xa0).Select(code => (char)code).Where(char.IsControl), '"', '\\']);
}
