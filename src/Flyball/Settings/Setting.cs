namespace Flyball.Settings;

/// <summary>
/// One thing that can be set: by <c>--name</c>, by <c>FLYBALL_NAME</c>, or by <c>"name"</c> in the file.
/// </summary>
internal sealed record Setting(string Name, string Default, string Description)
{
    public string Flag => "--" + Name;

    /// <summary>An address that may also be <c>none</c>.</summary>
    public bool CanBeNone { get; init; }

    public string Variable => "FLYBALL_" + Name.Replace('-', '_').ToUpperInvariant();

    public static readonly Setting Data = new("data", "./data", "The data directory.");
    public static readonly Setting Api = new("api-listen", "127.0.0.1:7070", "Address of the API.");
    public static readonly Setting Gateway = new("gateway-listen", "127.0.0.1:8080", "Address of the gateway.");
    public static readonly Setting GatewayH2c = new(
        "gateway-h2c-listen", "none", "Address of the gateway for HTTP/2 without TLS (gRPC), or none.")
        { CanBeNone = true };
    public static readonly Setting Control = new(
        "control-listen", "127.0.0.1:7071", "Address of the control door for agents and gateways.");
    public static readonly Setting OtlpGrpc = new(
        "otlp-grpc-listen", "127.0.0.1:4317", "Address of the agent's OTLP gRPC door, or none.") { CanBeNone = true };
    public static readonly Setting OtlpHttp = new(
        "otlp-http-listen", "127.0.0.1:4318", "Address of the agent's OTLP HTTP door, or none.") { CanBeNone = true };
    public static readonly Setting TelemetryInterval = new(
        "telemetry-interval", "15s", "How often the platform measures itself, its nodes and its allocations.");
    public static readonly Setting TelemetryBuffer = new(
        "telemetry-buffer", "256MB", "Room on disk for metrics that wait for the server; the oldest go first.");
    public static readonly Setting Server = new(
        "server", "http://127.0.0.1:7071", "The server's control door, for the roles agent and gateway.");
    public static readonly Setting JoinTokenFile = new(
        "join-token-file", "", "File with the join token; DATA/join.token when empty.");
    public static readonly Setting NodeName = new("node-name", "", "This node's name; the host name when empty.");
    public static readonly Setting NodeLabels = new("node-labels", "", "This node's labels: disk=ssd,zone=a.");
    public static readonly Setting DockerSocket = new(
        "docker-socket", "/var/run/docker.sock", "The container engine's socket, or none.");
    public static readonly Setting AccessLog = new(
        "access-log", "none", "The gateway's access log: a file, - for standard output, or none.");
    public static readonly Setting LogLevel = new(
        "log-level", "warning", "trace, debug, information, warning, error or none.");

    public static readonly IReadOnlyList<Setting> All =
    [
        Data, Api, Gateway, GatewayH2c, Control, OtlpGrpc, OtlpHttp, TelemetryInterval, TelemetryBuffer, Server,
        JoinTokenFile, NodeName, NodeLabels, DockerSocket, AccessLog, LogLevel, .. MetricsSettings.All, .. AutoscalingSettings.All,
    ];
}
