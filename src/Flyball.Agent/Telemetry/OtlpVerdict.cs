namespace Flyball.Agent.Telemetry;

/// <summary>What a telemetry door answers.</summary>
internal enum OtlpVerdict
{
    /// <summary>Metrics are kept and will reach the server; logs and spans are counted.</summary>
    Taken,

    /// <summary>It is larger than a request may be, packed or unpacked.</summary>
    TooLarge,

    /// <summary>It is no OTLP of this signal.</summary>
    Malformed,

    /// <summary>Too much waits to be written; the client repeats it later.</summary>
    Busy,

    /// <summary>The disk refuses; the client repeats it later.</summary>
    Unavailable,
}
