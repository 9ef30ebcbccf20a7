namespace Flyball.Metrics.Otlp;

/// <summary>Kinds of protobuf values in OTLP metrics.</summary>
internal enum OtlpFieldKind
{
    Text,
    Flag,

    /// <summary>A varint, also of enumerations.</summary>
    Integer,

    /// <summary>A varint with the sign in its lowest bit.</summary>
    ZigZag,

    /// <summary>Eight bytes, signed or not; in JSON often in quotes.</summary>
    Fixed64,
    Double,

    /// <summary>Base64 in JSON.</summary>
    Bytes,

    /// <summary>Hexadecimal in OTLP's JSON: ids of traces and spans.</summary>
    Id,
    Message,
}
