using Flyball.Agent;
using Flyball.Hosting;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>An agent in a process of its own.</summary>
internal static class AgentRole
{
    public static Task<int> RunAsync(ServerSettings settings, CancellationToken cancellation)
    {
        Doors.EnsureFree((Setting.OtlpGrpc, settings.OtlpGrpc), (Setting.OtlpHttp, settings.OtlpHttp));
        return RoleHost.RunAsync(
            settings,
            (services, _) =>
            {
                AgentOptions options = RoleOptions.Agent(settings, stopTasksOnExit: false);
                services.AddAgent(options);
                services.AddForwardedSamples();
                services.AddOwnMetrics(settings, "agent", options.NodeName);
            },
            cancellation);
    }
}
