using System.Net;
using Flyball.Autoscaling;
using Flyball.Metrics;

namespace Flyball.Settings;

/// <summary>Everything a role can be told, after flags, environment and file were put together and checked.</summary>
internal sealed record ServerSettings
{
    public required string DataDirectory { get; init; }

    public required IPEndPoint Api { get; init; }

    public required IPEndPoint Gateway { get; init; }

    /// <summary>HTTP/2 without TLS on a port of its own, for gRPC clients; null for none.</summary>
    public IPEndPoint? GatewayH2c { get; init; }

    public required IPEndPoint Control { get; init; }

    public IPEndPoint? OtlpGrpc { get; init; }

    public IPEndPoint? OtlpHttp { get; init; }

    /// <summary>How often this process, its machine and its allocations become samples.</summary>
    public required TimeSpan TelemetryInterval { get; init; }

    /// <summary>Metrics that wait on disk for the server.</summary>
    public required long TelemetryBufferBytesMax { get; init; }

    /// <summary>The control door of the server that an agent or gateway belongs to.</summary>
    public required Uri Server { get; init; }

    public required string JoinTokenFile { get; init; }

    /// <summary>Null takes the machine's host name.</summary>
    public string? NodeName { get; init; }

    public required IReadOnlyDictionary<string, string> NodeLabels { get; init; }

    /// <summary>The engine's socket, or <c>none</c>.</summary>
    public required string DockerSocket { get; init; }

    /// <summary>A file, <c>-</c> for standard output, or <c>none</c>.</summary>
    public required string AccessLog { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required MetricsOptions Metrics { get; init; }

    public required AutoscalingOptions Autoscaling { get; init; }
}
