using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Answers;

/// <summary>
/// Writes one answer of Prometheus' HTTP API straight into the response: the envelope, and between its ends whatever
/// the handler writes. What is written goes out in pieces, so a large answer is never in memory as a whole.
/// </summary>
internal sealed class AnswerStream : IAsyncDisposable
{
    /// <summary>Bytes that are written before the socket gets them.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>Warnings, and infos, that an answer carries; of more only their number is told.</summary>
    private const int TextsMax = 10;

    /// <summary>Label values are UTF-8 and the answer is JSON, never HTML.</summary>
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly PipeWriter pipe;
    private readonly CancellationToken aborted;

    private AnswerStream(HttpContext context)
    {
        pipe = context.Response.BodyWriter;
        aborted = context.RequestAborted;
        Json = new Utf8JsonWriter(pipe, Options);
    }

    public Utf8JsonWriter Json { get; }

    /// <summary>Starts a success; the handler writes the value of <c>data</c> next.</summary>
    public static AnswerStream Begin(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var answer = new AnswerStream(context);
        answer.Json.WriteStartObject();
        answer.Json.WriteString("status"u8, "success"u8);
        answer.Json.WritePropertyName("data"u8);
        return answer;
    }

    /// <summary>A success whose data is written in one go.</summary>
    public static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> data)
    {
        await using AnswerStream answer = Begin(context);
        data(answer.Json);
        await answer.EndAsync([], []);
    }

    /// <summary>A success with nothing to tell.</summary>
    public static async Task SendNothingAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var answer = new AnswerStream(context);
        answer.Json.WriteStartObject();
        answer.Json.WriteString("status"u8, "success"u8);
        await answer.EndAsync([], []);
    }

    public static async Task RefuseAsync(HttpContext context, ApiRefusal refusal, int? status = null)
    {
        context.Response.StatusCode = status ?? refusal.Status;
        context.Response.ContentType = "application/json";
        await using var answer = new AnswerStream(context);
        answer.Json.WriteStartObject();
        answer.Json.WriteString("status"u8, "error"u8);
        answer.Json.WriteString("errorType"u8, refusal.Word);
        answer.Json.WriteString("error"u8, refusal.Message);
        await answer.EndAsync([], []);
    }

    /// <summary>Hands on what was written once it is worth a packet.</summary>
    public ValueTask FlushIfLargeAsync() =>
        pipe.UnflushedBytes + Json.BytesPending >= PieceBytes ? FlushAsync() : default;

    /// <summary>Closes the envelope.</summary>
    public async ValueTask EndAsync(IReadOnlyList<string> warnings, IReadOnlyList<string> infos)
    {
        WriteTexts("warnings", warnings);
        WriteTexts("infos", infos);
        Json.WriteEndObject();
        await FlushAsync();
    }

    public ValueTask DisposeAsync() => Json.DisposeAsync();

    private async ValueTask FlushAsync()
    {
        Json.Flush();
        await pipe.FlushAsync(aborted);
    }

    private void WriteTexts(string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        Json.WriteStartArray(name);
        foreach (string text in texts.Take(TextsMax)) Json.WriteStringValue(text);
        if (texts.Count > TextsMax) Json.WriteStringValue($"{texts.Count - TextsMax} more {name} are left out");
        Json.WriteEndArray();
    }
}
