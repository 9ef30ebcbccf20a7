using System.Net;

namespace Flyball.Agent;

/// <summary>How the agent of a node works. Validated once at start; nothing changes afterwards.</summary>
public sealed record AgentOptions
{
    /// <summary>The least <see cref="TelemetryBufferBytesMax"/>: the largest request, and the one before it.</summary>
    public const long TelemetryBufferBytesMin = 8 * 1024 * 1024;

    /// <summary>An absolute directory for allocations, their logs and the node's id. Required.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// Where gateways and other nodes reach tasks of this node; tasks listen on it. Default loopback.
    /// </summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The node's name for people and constraints; null for the machine's host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>What this node is called in metrics: <see cref="Hostname"/>, or the machine's host name.</summary>
    public string NodeName => Hostname ?? Environment.MachineName;

    /// <summary>Labels for placement (<c>node.labels.*</c>).</summary>
    public SortedDictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The container engine's socket; null for <c>unix:///var/run/docker.sock</c>, empty for no docker driver.
    /// </summary>
    public string? DockerEndpoint { get; init; }

    /// <summary>The first port given to tasks that did not fix one; below the kernel's own ephemeral range.</summary>
    public int TaskPortMin { get; init; } = 20_000;

    /// <summary>The last port given to tasks, inclusive.</summary>
    public int TaskPortMax { get; init; } = 27_999;

    /// <summary>The first loopback port of service links, the stable addresses of other services.</summary>
    public int LinkPortMin { get; init; } = 28_000;

    /// <summary>The last port of service links, inclusive.</summary>
    public int LinkPortMax { get; init; } = 30_999;

    /// <summary>
    /// Connections through one service link at a time; more wait in the listener's backlog. Default 4,096.
    /// </summary>
    public int LinkConnectionsMax { get; init; } = 4_096;

    /// <summary>Captured output of an allocation: bytes in one file before the next begins. Default 16 MiB.</summary>
    public long LogFileBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Captured output of an allocation: files kept. Default 4.</summary>
    public int LogFilesMax { get; init; } = 4;

    /// <summary>Log and exec streams open at a time; more are refused. Default 64.</summary>
    public int DataStreamsMax { get; init; } = 64;

    /// <summary>Allocations on this node at most; more fail with a reason. Default 1,000.</summary>
    public int AllocationsMax { get; init; } = 1_000;

    /// <summary>
    /// The telemetry door for OTLP over gRPC; null for none, and then tasks are told of none. Default 127.0.0.1:4317.
    /// </summary>
    public IPEndPoint? OtlpGrpc { get; init; } = new(IPAddress.Loopback, 4317);

    /// <summary>The telemetry door for OTLP over HTTP; null for none. Default 127.0.0.1:4318.</summary>
    public IPEndPoint? OtlpHttp { get; init; } = new(IPAddress.Loopback, 4318);

    /// <summary>Connections to the telemetry doors at a time; one more is closed at once. Default 1,024.</summary>
    public int OtlpConnectionsMax { get; init; } = 1_024;

    /// <summary>How often the machine and its allocations become samples. Default 15 s.</summary>
    public TimeSpan TelemetryInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Metrics that wait on disk for the server; beyond it the oldest are dropped and counted. Default 256 MiB.
    /// </summary>
    public long TelemetryBufferBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Metrics in memory that wait to be written there; beyond it the doors answer "repeat later". Default 16 MiB.
    /// </summary>
    public int TelemetryMemoryBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Stops every task when the agent stops in order (<c>flyball up</c>); else tasks outlive it. Default false.
    /// </summary>
    public bool StopTasksOnShutdown { get; init; }

    /// <summary>
    /// Before the first reconnection to the server; doubles up to <see cref="ReconnectDelayMax"/>, with jitter.
    /// </summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Between reconnections at most. Default 5 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often resource usage of tasks is read. Default 2 s.</summary>
    public TimeSpan UsageInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often containers without an allocation are looked for. Default 5 min.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long an unknown container with our label is left alone before it is removed. Default 5 min.
    /// </summary>
    public TimeSpan SweepGrace { get; init; } = TimeSpan.FromMinutes(5);
}
