using Flyball.Agent;
using Flyball.Gateway;
using Flyball.Gateway.AccessLog;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>What the settings mean to the agent and the gateway.</summary>
internal static class RoleOptions
{
    public static AgentOptions Agent(ServerSettings settings, bool stopTasksOnExit) => new()
    {
        DataDirectory = Path.Combine(settings.DataDirectory, "agent"),
        Hostname = settings.NodeName,
        Labels = new SortedDictionary<string, string>(settings.NodeLabels.ToDictionary(), StringComparer.Ordinal),
        DockerEndpoint = settings.DockerSocket == "none" ? "" : "unix://" + settings.DockerSocket,
        OtlpGrpc = settings.OtlpGrpc,
        OtlpHttp = settings.OtlpHttp,
        TelemetryInterval = settings.TelemetryInterval,
        TelemetryBufferBytesMax = settings.TelemetryBufferBytesMax,
        StopTasksOnShutdown = stopTasksOnExit,
    };

    public static GatewayOptions Gateway(ServerSettings settings)
    {
        GatewayOptions options = Doors(settings);
        return settings.GatewayLoops is { } loops ? options with { Loops = loops } : options;
    }

    private static GatewayOptions Doors(ServerSettings settings) => new()
    {
        WaitingMax = settings.Waiting.RequestsMax,
        WaitingBytesMax = settings.Waiting.BytesMax,
        FastPath = settings.GatewayFastPath,
        ConnectionsMax = settings.GatewayConnectionsMax,
        DataDirectory = Path.Combine(settings.DataDirectory, "gateway"),
        Addresses = [settings.Gateway.ToString()],
        Tls = settings.Security.Tls,
        TrustedProxies = settings.Security.TrustedProxies,
        H2cAddresses = settings.GatewayH2c is { } h2c ? [h2c.ToString()] : [],
        AccessLog = settings.AccessLog switch
        {
            "none" => new AccessLogOptions(),
            "-" => new AccessLogOptions { Format = AccessLogOptions.LineFormat.Json },
            { } path => new AccessLogOptions
                { Format = AccessLogOptions.LineFormat.Json, Path = Path.GetFullPath(path) },
        },
    };
}
