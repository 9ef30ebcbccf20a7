using Flyball.Gateway;
using Flyball.Hosting;
using Flyball.Settings;
using Flyball.Store;

namespace Flyball.Roles;

/// <summary>
/// A gateway in a process of its own: it watches the server's store and serves from its last snapshot without it.
/// </summary>
internal static class GatewayRole
{
    public static Task<int> RunAsync(ServerSettings settings, CancellationToken cancellation)
    {
        Doors.EnsureFree((Setting.Gateway, settings.Gateway), (Setting.GatewayH2c, settings.GatewayH2c),
            (Setting.GatewayTls, settings.Security.Listen));
        return RoleHost.RunAsync(settings, (services, data) =>
        {
            services.AddRemoteReader(
                new RemoteReaderOptions
                {
                    Kinds = GatewayDoors.WatchedKinds,
                    File = data.Combine("snapshot"),
                },
                PlatformServices.NewRandom);
            string instance = FormattableString.Invariant($"{Environment.MachineName}:{settings.Gateway.Port}");
            services.AddTelemetryForwarding(settings, data.Combine("telemetry"), "gateway " + instance);
            services.AddOwnMetrics(settings, "gateway", instance);
            services.AddGateway(RoleOptions.Gateway(settings));
        }, cancellation);
    }
}
