using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>Which settings concern which role.</summary>
internal static class RoleSettings
{
    public static readonly IReadOnlyList<Setting> Server =
    [
        Setting.Data, Setting.Api, Setting.Control, .. SecuritySettings.Server, .. MetricsSettings.All,
        .. AutoscalingSettings.All, .. DiscoverySettings.All,
    ];

    public static readonly IReadOnlyList<Setting> Agent =
        [Setting.NodeName, Setting.NodeLabels, Setting.DockerSocket, Setting.OtlpGrpc, Setting.OtlpHttp];

    /// <summary>Of every role.</summary>
    public static readonly IReadOnlyList<Setting> Telemetry = [Setting.TelemetryInterval, Setting.TelemetryBuffer];

    public static readonly IReadOnlyList<Setting> Gateway =
        [
            Setting.Gateway, Setting.GatewayH2c, .. SecuritySettings.Gateway, Setting.GatewayFastPath,
            Setting.GatewayLoops, Setting.GatewayConnectionsMax, .. WaitingSettings.All, Setting.AccessLog,
        ];
}
