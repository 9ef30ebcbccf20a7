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

    public static GatewayOptions Gateway(ServerSettings settings) => new()
    {
        DataDirectory = Path.Combine(settings.DataDirectory, "gateway"),
        Addresses = [settings.Gateway.ToString()],
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
