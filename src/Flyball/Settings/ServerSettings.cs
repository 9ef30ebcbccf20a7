using System.Net;
using Flyball.Autoscaling;
using Flyball.Discovery;
using Flyball.Gateway.Certificates.Acme;
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

    /// <summary>Plain HTTP/1.1 on event loops.</summary>
    public required bool GatewayFastPath { get; init; }

    /// <summary>Event loops; null for one a core.</summary>
    public int? GatewayLoops { get; init; }

    public required int GatewayConnectionsMax { get; init; }

    /// <summary>Requests that wait at the gateway.</summary>
    public required WaitingSettings Waiting { get; init; }

    /// <summary>The gateway's TLS door and what else concerns who may come in.</summary>
    public required GatewaySecurity Security { get; init; }

    /// <summary>Certificates from an ACME server.</summary>
    public required AcmeOptions Acme { get; init; }

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

    public required DiscoveryOptions Discovery { get; init; }

    /// <summary>
    /// Doors of discovery that nobody asked for by name: where another program has their default port the server goes
    /// without them.
    /// </summary>
    public required IReadOnlyList<Setting> DiscoveryDoorsUnset { get; init; }
}
