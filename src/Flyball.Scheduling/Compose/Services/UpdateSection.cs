using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>deploy.update_config</c>.</summary>
internal static class UpdateSection
{
    private const string RollbackKey = "rollback_config";

    /// <param name="service">The service.</param>
    /// <param name="task">Decides the default order: what cannot run twice is stopped before its successor
    /// starts.</param>
    public static UpdatePolicy Read(Field service, TaskSpec task)
    {
        Field deploy = service["deploy"];
        UpdateOrder safe = CannotRunTwice(task) is null ? UpdateOrder.StartFirst : UpdateOrder.StopFirst;
        UpdatePolicy update = Read(deploy["update_config"], safe);
        if (update.Order == UpdateOrder.StartFirst && CannotRunTwice(task) is { } reason)
            deploy["update_config"]["order"].Warn($"start-first runs two allocations at a time, which share {reason}");
        UpdatePolicy rollback = Read(deploy[RollbackKey], update.Order) with { FailureAction = update.FailureAction };
        if (deploy[RollbackKey].Exists && rollback != update)
            deploy[RollbackKey].Warn("has no effect: a rollback goes by update_config");
        return update;
    }

    private static UpdatePolicy Read(Field field, UpdateOrder defaultOrder)
    {
        var defaults = new UpdatePolicy();
        double ratio = field["max_failure_ratio"].Number() ?? 0;
        if (ratio > 1) field["max_failure_ratio"].Error("must be from 0 to 1");
        return defaults with
        {
            Parallelism = field["parallelism"].Int(0, ComposeLimits.ReplicasMax) ?? defaults.Parallelism,
            Delay = field["delay"].Duration() ?? defaults.Delay,
            Monitor = field["monitor"].Duration() ?? defaults.Monitor,
            MaxFailureRatio = ratio,
            FailureAction = field["failure_action"].OneOf("rollback", "pause", "continue") switch
            {
                "pause" => UpdateFailureAction.Pause,
                "continue" => UpdateFailureAction.Continue,
                _ => UpdateFailureAction.Rollback,
            },
            Order = field["order"].OneOf("start-first", "stop-first") switch
            {
                "start-first" => UpdateOrder.StartFirst,
                "stop-first" => UpdateOrder.StopFirst,
                _ => defaultOrder,
            },
        };
    }

    private static string? CannotRunTwice(TaskSpec task)
    {
        if (task.Ports.FirstOrDefault(port => port.HostPort is not null) is { } fixedPort)
            return FormattableString.Invariant($"the host port {fixedPort.HostPort}");
        bool Writable(MountSpec mount) =>
            !mount.ReadOnly && mount.Source is not null && mount.Kind is MountKind.Volume or MountKind.Bind;
        return task.Mounts.FirstOrDefault(Writable) is { } shared ? $"'{shared.Source}' for writing" : null;
    }
}
