using System.Globalization;
using System.Text.Json;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// Writes an OTLP request in JSON as the same request in protobuf, so that there is one decoder. Unknown properties are
/// passed over, as the protocol demands.
/// </summary>
internal static class OtlpJson
{
    private const int DepthMax = 64;

    private static readonly Dictionary<string, ulong> Enumerations = new(StringComparer.Ordinal)
    {
        ["AGGREGATION_TEMPORALITY_UNSPECIFIED"] = 0,
        ["AGGREGATION_TEMPORALITY_DELTA"] = 1,
        ["AGGREGATION_TEMPORALITY_CUMULATIVE"] = 2,
    };

    /// <summary>Null, or what is wrong.</summary>
    public static string? TryWrite(ReadOnlyMemory<byte> json, ByteBuffer protobuf)
    {
        protobuf.Clear();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DepthMax });
            Write(document.RootElement, OtlpSchema.Request, protobuf);
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return $"The request is no OTLP in JSON: {e.Message}";
        }
    }

    private static void Write(JsonElement message, Dictionary<string, OtlpField> fields, ByteBuffer into)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new FormatException("an object is expected.");
        foreach (JsonProperty property in message.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            if (!fields.TryGetValue(property.Name, out OtlpField? field)) continue;
            if (property.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement item in property.Value.EnumerateArray()) WriteValue(item, field, into);
            }
            else
            {
                WriteValue(property.Value, field, into);
            }
        }
    }

    private static void WriteValue(JsonElement value, OtlpField field, ByteBuffer into)
    {
        switch (field.Kind)
        {
            case OtlpFieldKind.Text:
                Tag(into, field, 2);
                into.Text(value.GetString() ?? "");
                break;
            case OtlpFieldKind.Flag:
                Tag(into, field, 0);
                into.VarUInt(value.GetBoolean() ? 1UL : 0);
                break;
            case OtlpFieldKind.Integer:
                Tag(into, field, 0);
                into.VarUInt(Integer(value));
                break;
            case OtlpFieldKind.ZigZag:
                Tag(into, field, 0);
                into.VarUInt(VarInt.ZigZag((long)Integer(value)));
                break;
            case OtlpFieldKind.Fixed64:
                Tag(into, field, 1);
                into.UInt64(Integer(value));
                break;
            case OtlpFieldKind.Double:
                Tag(into, field, 1);
                into.Double(Double(value));
                break;
            case OtlpFieldKind.Bytes:
                Tag(into, field, 2);
                into.Sized(value.GetBytesFromBase64());
                break;
            case OtlpFieldKind.Id:
                Tag(into, field, 2);
                into.Sized(Convert.FromHexString(value.GetString() ?? ""));
                break;
            default:
                var inner = new ByteBuffer(128);
                Write(value, field.Message!(), inner);
                Tag(into, field, 2);
                into.Sized(inner.Written);
                break;
        }
    }

    private static void Tag(ByteBuffer into, OtlpField field, int wireType) =>
        into.VarUInt((ulong)((field.Number << 3) | wireType));

    /// <summary>A number, a number in quotes, or the name of an enumeration's member.</summary>
    private static ulong Integer(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
            return value.TryGetInt64(out long signed) ? (ulong)signed : value.GetUInt64();
        string text = value.GetString() ?? "";
        if (Enumerations.TryGetValue(text, out ulong member)) return member;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? (ulong)number
            : ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static double Double(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.Parse(text ?? "", CultureInfo.InvariantCulture),
        };
}
