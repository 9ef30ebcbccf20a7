using System.Text;
using System.Text.Json;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Otlp;

/// <summary>OTLP's answers: <c>ExportMetricsServiceResponse</c> and <c>google.rpc.Status</c>.</summary>
internal static class OtlpAnswers
{
    public static byte[] Success(OtlpOutcome outcome)
    {
        var answer = new ByteBuffer();
        if (outcome.RefusedPoints == 0) return [];
        var partial = new ByteBuffer();
        partial.Byte(0x08);
        partial.VarUInt((ulong)outcome.RefusedPoints);
        partial.Byte(0x12);
        partial.Text(outcome.Reason);
        answer.Byte(0x0A);
        answer.Sized(partial.Written);
        return answer.Written.ToArray();
    }

    public static byte[] SuccessJson(OtlpOutcome outcome) => Encoding.UTF8.GetBytes(
        outcome.RefusedPoints == 0
            ? "{}"
            : $"{{\"partialSuccess\":{{\"rejectedDataPoints\":\"{outcome.RefusedPoints}\","
                + $"\"errorMessage\":\"{JsonEncodedText.Encode(outcome.Reason)}\"}}}}");

    public static byte[] Status(int code, string reason)
    {
        var answer = new ByteBuffer();
        answer.Byte(0x08);
        answer.VarUInt((ulong)code);
        answer.Byte(0x12);
        answer.Text(reason);
        return answer.Written.ToArray();
    }

    public static byte[] StatusJson(int code, string reason) => Encoding.UTF8.GetBytes(
        $"{{\"code\":{code},\"message\":\"{JsonEncodedText.Encode(reason)}\"}}");
}
