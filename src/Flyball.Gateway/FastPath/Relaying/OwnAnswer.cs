using System.Buffers;
using System.Text;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Microsoft.AspNetCore.WebUtilities;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>A refusal as bytes, with the same body and headers as on the other path.</summary>
internal static class OwnAnswer
{
    public static byte[] Make(
        Refusal refusal, string detail, bool json, bool toHead, bool closes, bool isHttp11, DateLine date)
    {
        byte[] body = RefusalAnswer.Body(refusal, detail, json);
        var answer = new ArrayBufferWriter<byte>(body.Length + 512);
        Line(answer, $"HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}");
        Line(answer, $"Content-Length: {body.Length}");
        Line(answer, $"Content-Type: {RefusalAnswer.ContentType(json)}");
        answer.Write(date.Get());
        Line(answer, "Cache-Control: no-store");
        if (refusal.RetryAfterSeconds is { } seconds) Line(answer, $"Retry-After: {seconds}");
        if (closes) Line(answer, "Connection: close");
        else if (!isHttp11) Line(answer, "Connection: keep-alive");
        Line(answer, "");
        if (!toHead) answer.Write(body);
        return answer.WrittenSpan.ToArray();
    }

    private static void Line(ArrayBufferWriter<byte> answer, string text) =>
        Encoding.ASCII.GetBytes(text + "\r\n", answer);
}
