using System.Buffers;
using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Actions;
using Microsoft.AspNetCore.WebUtilities;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>How an answer's connection goes on, and what it may carry.</summary>
internal readonly record struct AnswerEnd(bool ToHead, bool Closes, bool IsHttp11);

/// <summary>Answers that the gateway gives itself as bytes, the same as on the other path.</summary>
internal static class OwnAnswer
{
    public static byte[] Redirect(
        int status, string location, Passage? passage, AnswerEnd end, DateLine date)
    {
        var answer = new ArrayBufferWriter<byte>(location.Length + 512);
        Line(answer, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}");
        Line(answer, "Content-Length: 0");
        answer.Write(date.Get());
        Line(answer, $"Location: {location}");
        End(answer, passage, end);
        return answer.WrittenSpan.ToArray();
    }

    public static byte[] Make(AnswerAction action, Passage? passage, AnswerEnd end, DateLine date)
    {
        var answer = new ArrayBufferWriter<byte>(action.Body.Length + 1024);
        Line(answer, $"HTTP/1.1 {action.Status} {ReasonPhrases.GetReasonPhrase(action.Status)}");
        if (action.HasBody) Line(answer, $"Content-Length: {action.Body.Length}");
        answer.Write(date.Get());
        foreach (HeaderValue header in action.Headers) Line(answer, $"{header.Name}: {header.Value}");
        End(answer, passage, end);
        if (action.HasBody && !end.ToHead) answer.Write(action.Body);
        return answer.WrittenSpan.ToArray();
    }

    public static byte[] Make(
        Refusal refusal, string detail, Passage? passage, bool json, AnswerEnd end, DateLine date)
    {
        byte[] body = RefusalAnswer.Body(refusal, detail, json);
        var answer = new ArrayBufferWriter<byte>(body.Length + 512);
        Line(answer, $"HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}");
        Line(answer, $"Content-Length: {body.Length}");
        Line(answer, $"Content-Type: {RefusalAnswer.ContentType(json)}");
        answer.Write(date.Get());
        Line(answer, "Cache-Control: no-store");
        if (refusal.RetryAfterSeconds is { } seconds) Line(answer, $"Retry-After: {seconds}");
        if (passage?.Refusal is { } refused) Lines(answer, refused.Headers);
        End(answer, passage, end);
        if (!end.ToHead) answer.Write(body);
        return answer.WrittenSpan.ToArray();
    }

    private static void End(ArrayBufferWriter<byte> answer, Passage? passage, AnswerEnd end)
    {
        if (passage is not null) Lines(answer, passage.AnswerHeaders);
        if (end.Closes) Line(answer, "Connection: close");
        else if (!end.IsHttp11) Line(answer, "Connection: keep-alive");
        Line(answer, "");
    }

    private static void Lines(
        ArrayBufferWriter<byte> answer, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach ((string name, string value) in headers) Line(answer, $"{name}: {value}");
    }

    private static void Line(ArrayBufferWriter<byte> answer, string text) =>
        Encoding.ASCII.GetBytes(text + "\r\n", answer);
}
