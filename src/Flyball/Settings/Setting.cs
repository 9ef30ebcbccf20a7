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
    public static readonly Setting GatewayFastPath = new(
        "gateway-fast-path", "on", "HTTP/1.1, plain and over TLS, on event loops (Linux): on or off.");
    public static readonly Setting GatewayLoops = new(
        "gateway-loops", "cores", "Event loops of the fast path, 1 to 256; cores for one a core.");
    public static readonly Setting GatewayConnectionsMax = new(
        "gateway-connections-max", "10000", "Open connections of clients: a further one displaces an unused one.");
    public static readonly Setting GatewayTls = new(
        "gateway-tls-listen", "127.0.0.1:8443", "Address of the gateway for TLS, or none.") { CanBeNone = true };
    public static readonly Setting GatewayTlsPort = new(
        "gateway-tls-port", "same", "The TLS port that clients see, where it is another one; for redirects.");
    public static readonly Setting GatewayTlsVersion = new(
        "gateway-tls-version", "1.2", "The oldest version of TLS that is spoken: 1.2 or 1.3.");
    public static readonly Setting GatewayTlsHost = new(
        "gateway-tls-host", "", "The host whose certificate clients get that name none; they are refused when empty.");
    public static readonly Setting GatewayCertificates = new(
        "gateway-certificates", "",
        "A directory with certificates: NAME.crt and NAME.key, or NAME/fullchain.pem and NAME/privkey.pem.");
    public static readonly Setting GatewayTrustedProxies = new(
        "gateway-trusted-proxies", "", "Addresses and networks of proxies in front: 10.0.0.0/8,192.0.2.1.");
    public static readonly Setting AcmeDirectory = new(
        "acme-directory", "none",
        "The ACME server's directory for routes with 'tls: acme'; setting it agrees to that server's terms.");
    public static readonly Setting AcmeEmail = new(
        "acme-email", "", "Where the ACME server may write about certificates that end.");
    public static readonly Setting AcmeRoots = new(
        "acme-roots", "", "A PEM file with the roots of the ACME server's own certificate; the system's when empty.");
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
        Data, Api, Gateway, GatewayH2c, GatewayFastPath, GatewayLoops, GatewayConnectionsMax, .. WaitingSettings.All,
        GatewayTls, GatewayTlsPort, GatewayTlsVersion, GatewayTlsHost, GatewayCertificates, GatewayTrustedProxies,
        AcmeDirectory, AcmeEmail, AcmeRoots, Control,
        OtlpGrpc, OtlpHttp,
        TelemetryInterval, TelemetryBuffer, Server, JoinTokenFile, NodeName, NodeLabels, DockerSocket, AccessLog,
        LogLevel, .. MetricsSettings.All, .. AutoscalingSettings.All, .. DiscoverySettings.All,
    ];
}
