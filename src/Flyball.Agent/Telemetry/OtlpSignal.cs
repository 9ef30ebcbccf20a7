namespace Flyball.Agent.Telemetry;

/// <summary>The signals of OTLP.</summary>
internal enum OtlpSignal
{
    Metrics,

    Logs,

    Spans,
}
