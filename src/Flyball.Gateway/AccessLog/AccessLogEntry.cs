using System.Net;

namespace Flyball.Gateway.AccessLog;

/// <summary>One request as the access log tells it.</summary>
internal readonly record struct AccessLogEntry
{
    public required DateTimeOffset At { get; init; }

    public required IPAddress? Client { get; init; }

    public required string Method { get; init; }

    public required string Target { get; init; }

    public required string Protocol { get; init; }

    public required string? Host { get; init; }

    /// <summary>499 when the client hung up before an answer.</summary>
    public required int Status { get; init; }

    /// <summary>Of the answer's body, where its length was announced.</summary>
    public required long? BytesSent { get; init; }

    public required TimeSpan Took { get; init; }

    public required string? Route { get; init; }

    public required string? Upstream { get; init; }

    /// <summary>The last one tried, by address.</summary>
    public required string? Endpoint { get; init; }

    public required int Tries { get; init; }

    /// <summary>Why the gateway answered by itself; null when the back end did.</summary>
    public required string? Refusal { get; init; }

    public required string? Referer { get; init; }

    public required string? UserAgent { get; init; }

    public required string? TraceParent { get; init; }
}
