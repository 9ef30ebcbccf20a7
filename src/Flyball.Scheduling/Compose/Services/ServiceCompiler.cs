using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Routes;
using Flyball.Scheduling.Compose.Scaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>Compiles one service of the model; what depends on other services is joined later.</summary>
internal static class ServiceCompiler
{
    public static ServiceDraft Compile(ServiceScope scope)
    {
        Field service = scope.Field;
        PortList ports = PortSection.Read(scope);
        HealthCheckSpec? health = HealthSection.Read(scope, ports);
        IReadOnlyList<RouteDraft> routes = RouteSection.Read(scope, ports);
        ComposeApi? api = ApiSection.Read(scope, ports);
        ComposeBuild? build = scope.IsProcess ? null : BuildSection.Read(scope);
        TaskSpec task = Task(scope) with
        {
            Build = BuildSection.Spec(scope, build),
            Ports = ports.ToSpecs(),
            HealthCheck = health,
            Restart = RestartSection.Read(scope, serves: !ports.IsEmpty || health is not null),
        };
        task = scope.IsProcess ? AsProcess(scope, task) : AsContainer(scope, task);
        ScaleSection.CheckMode(service);
        var workload = new Workload
        {
            Project = scope.Project,
            Service = scope.Name,
            Task = task,
            Replicas = ScaleSection.Replicas(service),
            Update = UpdateSection.Read(service, task),
            Constraints = PlacementSection.Read(service),
        };
        WarnOfSharedPort(scope, workload);
        ScalePolicy? scaling = Scaling(scope, workload, routes.Count > 0);
        return new ServiceDraft(scope.Name, service, workload, routes, build, scaling, api);
    }

    private static ScalePolicy? Scaling(ServiceScope scope, Workload workload, bool hasRoute)
    {
        Field field = scope.Field[ScaleKeys.Root];
        ScalePolicy? policy = PolicySection.Read(field, WorkloadName.Of(scope.Project, scope.Name));
        if (policy is not null) PolicySection.CheckService(field, policy, workload.Task.Resources, hasRoute);
        return policy;
    }

    private static TaskSpec Task(ServiceScope scope)
    {
        Field service = scope.Field;
        return new TaskSpec
        {
            Driver = scope.Driver,
            Entrypoint = CommandSection.Entrypoint(service["entrypoint"]),
            Command = CommandSection.Words(service["command"]),
            Environment = EnvironmentSection.Read(scope),
            User = service["user"].Word(),
            Resources = ResourceSection.Read(service),
            StopSignal = StopSection.Signal(service["stop_signal"]) ?? "SIGTERM",
            StopGracePeriod = service["stop_grace_period"].Duration() ?? TimeSpan.FromSeconds(10),
            Labels = Labels(service),
            Tty = service["tty"].Flag() ?? false,
            OpenStdin = service["stdin_open"].Flag() ?? false,
        };
    }

    // A process has one argument list; how it was divided between the two keys is no difference.
    private static TaskSpec AsProcess(ServiceScope scope, TaskSpec task)
    {
        IReadOnlyList<string> command = [.. task.Entrypoint, .. task.Command];
        ProcessRules.Check(scope.Field, command);
        string directory = ProcessRules.WorkingDirectory(scope);
        return task with { Entrypoint = [], Command = command, WorkingDirectory = directory };
    }

    private static TaskSpec AsContainer(ServiceScope scope, TaskSpec task)
    {
        Field service = scope.Field;
        List<MountSpec> mounts = [.. MountSection.Read(scope), .. ContentSection.Read(scope)];
        HashSet<string> targets = new(StringComparer.Ordinal);
        foreach (MountSpec twice in mounts.Where(mount => !targets.Add(mount.Target)))
            service["volumes"].Error($"more than one file system is mounted at '{twice.Target}'");
        return task with
        {
            Image = BuildSection.Image(scope),
            PullPolicy = BuildSection.PullPolicy(scope),
            WorkingDirectory = service["working_dir"].Word() is { } path
                ? MountSection.Target(service["working_dir"], path)
                : null,
            Hostname = service["hostname"].Word(),
            Mounts = mounts,
            NetworkMode = NetworkSection.Mode(service),
            Networks = NetworkSection.Read(scope),
            Security = SecuritySection.Read(service),
            ExtraHosts = NetworkSection.ExtraHosts(service),
            Dns = NetworkSection.Dns(service),
            Init = service["init"].Flag() ?? false,
        };
    }

    private static SortedDictionary<string, string> Labels(Field service)
    {
        SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (Field field in (ReadOnlySpan<Field>)[service["deploy"]["labels"], service["labels"]])
            foreach ((string key, (string? text, Field _)) in field.KeyValues())
                labels[key] = text ?? "";
        return labels;
    }

    private static void WarnOfSharedPort(ServiceScope scope, Workload workload)
    {
        PortSpec? port = workload.Task.Ports.FirstOrDefault(port => port.HostPort is not null);
        if (port is null || workload.Replicas <= 1) return;
        scope.Field["ports"].Warn(
            FormattableString.Invariant(
                $"{workload.Replicas} replicas need as many nodes: the host port {port.HostPort} is free once on each"),
            "x-route reaches all replicas at one address");
    }
}
