using System.CommandLine;
using Flyball.Apis;
using Flyball.Autoscaling;
using Flyball.Cli.Commands;
using Flyball.Cli.Connecting;
using Flyball.Load;
using Flyball.Metrics;
using Flyball.Scheduling;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>The commands that run something here, as opposed to those that ask a running server.</summary>
internal static class RoleCommands
{
    public static IEnumerable<Command> All()
    {
        List<Command> commands =
            [UpCommand.Create(), Server(), Agent(), Gateway(), SidecarCommand.Create(), TokenCommand.Create()];
        commands.AddMetricsCommands();
        commands.AddAutoscalingCommands(
            (file, text) => SchedulingDoors.ReadScalePolicy(file, text, MetricsCommands.ProblemOfExpression),
            ApiMetrics.Options, ApiMetrics.Open);
        commands.Add(ApiCommands.Create(ApisDoors.Compare));
        commands.AddLoadCommands();
        return commands;
    }

    private static RoleCommand Server()
    {
        var all = new Option<bool>("--all") { Description = "Also run an agent and a gateway in this process." };
        return new RoleCommand(
            "server", "Runs a server: store, scheduler, catalogue and API.",
            "flyball server --all --data /var/lib/flyball",
            [.. RoleSettings.Server, .. RoleSettings.Agent, .. RoleSettings.Gateway, .. RoleSettings.Telemetry])
            { all }
            .Runs(
                (parsed, settings, cancellation) => ServerRole.RunAsync(settings, parsed.GetValue(all), cancellation));
    }

    private static RoleCommand Agent() =>
        new RoleCommand(
            "agent", "Runs the agent of this machine: containers and processes, for a server.",
            "flyball agent --server http://127.0.0.1:7071 --join-token-file join.token",
            [
                Setting.Data, Setting.Server, Setting.JoinTokenFile, .. RoleSettings.Agent,
                .. RoleSettings.Telemetry,
            ])
            .Runs((_, settings, cancellation) => AgentRole.RunAsync(settings, cancellation));

    private static RoleCommand Gateway() =>
        new RoleCommand(
            "gateway", "Runs a gateway: users' traffic, to wherever the server's catalogue says.",
            "flyball gateway --server http://127.0.0.1:7071 --join-token-file join.token",
            [
                Setting.Data, Setting.Server, Setting.JoinTokenFile, .. RoleSettings.Gateway,
                .. RoleSettings.Telemetry,
            ])
            .Runs((_, settings, cancellation) => GatewayRole.RunAsync(settings, cancellation));
}
