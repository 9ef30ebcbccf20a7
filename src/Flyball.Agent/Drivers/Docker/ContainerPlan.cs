using System.Globalization;
using Docker.DotNet.Models;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using NetworkAttachment = Flyball.Contracts.Scheduling.NetworkAttachment;
using TaskSpec = Flyball.Contracts.Scheduling.TaskSpec;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>Turns a task into what the engine is asked to create: pure, so that every default can be tested.</summary>
internal static class ContainerPlan
{
    /// <summary>
    /// What programs in usual images need: users and file owners, low ports, chroot. Of the engine's own defaults the
    /// raw sockets, device nodes, audit log and file capabilities are left out.
    /// </summary>
    public static readonly IReadOnlyList<string> DefaultCapabilities =
        ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_CHROOT"];

    private const long PidsLimitDefault = 4096;

    /// <param name="contentDirectory">Where the contents of configs and secrets stand on the node.</param>
    /// <param name="telemetry">The telemetry door as the container sees it; null when it reaches none.</param>
    public static CreateContainerParameters Of(
        TaskContext task, string image, AgentOptions options, string contentDirectory, string? telemetry)
    {
        TaskSpec spec = task.Spec;
        var create = new CreateContainerParameters
        {
            Name = Name(task),
            Image = image,
            Hostname = spec.Hostname ?? "",
            User = spec.User ?? "",
            WorkingDir = spec.WorkingDirectory ?? "",
            Env = Environment(task, telemetry),
            Tty = spec.Tty,
            OpenStdin = spec.OpenStdin,
            StopSignal = spec.StopSignal,
            Labels = Labels(task),
            Healthcheck = Healthcheck(spec.HealthCheck),
            ExposedPorts = new SortedDictionary<string, EmptyStruct>(StringComparer.Ordinal),
            HostConfig = Host(task, options, contentDirectory),
        };
        if (spec.Entrypoint.Count > 0) create.Entrypoint = [.. spec.Entrypoint];
        if (spec.Command.Count > 0) create.Cmd = [.. spec.Command];
        foreach (PortSpec port in spec.Ports) create.ExposedPorts[Key(port)] = default;
        if (UsesNetworks(spec))
        {
            NetworkAttachment first = Networks(task)[0];
            create.NetworkingConfig = new NetworkingConfig
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings>
                    { [first.Network] = new() { Aliases = [.. first.Aliases] } },
            };
        }

        return create;
    }

    public static bool UsesNetworks(TaskSpec spec) => spec.NetworkMode == "bridge";

    /// <summary>
    /// The networks with the names the task answers to on each; the project's own unless others are named.
    /// </summary>
    public static IReadOnlyList<NetworkAttachment> Networks(TaskContext task) =>
        task.Spec.Networks.Count > 0 ? task.Spec.Networks
            : [new NetworkAttachment($"{task.Project}_default", [task.Service])];

    /// <summary>One name an allocation: the engine itself refuses a second container of it.</summary>
    public static string Name(TaskContext task)
    {
        string id = task.Id.Length > 10 ? task.Id[^10..] : task.Id;
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{task.Project}-{task.Service}-{task.Allocation.Index}-{id}");
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_'));
    }

    /// <summary>The ports as they are written into the container's label.</summary>
    public static string PortsLabel(IReadOnlyList<BoundPort> ports) =>
        string.Join(',', ports.Select(p =>
            string.Create(CultureInfo.InvariantCulture, $"{p.Name}={p.Address}:{p.Port}/{p.Protocol}")));

    public static string ContentPath(string directory, int index) =>
        Path.Combine(directory, index.ToString(CultureInfo.InvariantCulture));

    private static HostConfig Host(TaskContext task, AgentOptions options, string contentDirectory)
    {
        TaskSpec spec = task.Spec;
        var host = new HostConfig
        {
            NetworkMode = UsesNetworks(spec) ? Networks(task)[0].Network : spec.NetworkMode,
            PortBindings = PortBindings(task),
            RestartPolicy = new global::Docker.DotNet.Models.RestartPolicy { Name = RestartPolicyKind.No },
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string>
                {
                    ["max-size"] = options.LogFileBytesMax.ToString(CultureInfo.InvariantCulture),
                    ["max-file"] = options.LogFilesMax.ToString(CultureInfo.InvariantCulture),
                },
            },
            ExtraHosts = [.. spec.ExtraHosts],
            DNS = [.. spec.Dns],
            Init = spec.Init,
            Mounts = Mounts(spec, contentDirectory),
        };
        Limit(host, spec.Resources);
        Secure(host, spec.Security);
        return host;
    }

    private static void Limit(HostConfig host, ResourceLimits limits)
    {
        if (limits.CpuLimit is { } cores) host.NanoCPUs = (long)(cores * 1e9);
        if (limits.CpuReservation is { } reserved) host.CPUShares = Math.Max(2, (long)(reserved * 1024));
        if (limits.MemoryLimitBytes is { } bytes)
        {
            host.Memory = bytes;
            host.MemorySwap = bytes;
        }

        if (limits.MemoryReservationBytes is { } low) host.MemoryReservation = low;
        if (limits.ShmSizeBytes is { } shm) host.ShmSize = shm;
        host.PidsLimit = limits.PidsLimit ?? PidsLimitDefault;
        host.Ulimits = [];
        foreach ((string name, string value) in limits.Ulimits)
        {
            string[] parts = value.Split(':');
            if (long.TryParse(parts[0], CultureInfo.InvariantCulture, out long soft) &&
                long.TryParse(parts[^1], CultureInfo.InvariantCulture, out long hard))
                host.Ulimits.Add(new Ulimit { Name = name, Soft = soft, Hard = hard });
        }
    }

    private static void Secure(HostConfig host, SecuritySpec security)
    {
        host.Privileged = security.Privileged;
        host.ReadonlyRootfs = security.ReadOnlyRoot;
        host.GroupAdd = [.. security.GroupAdd];
        host.Sysctls = new Dictionary<string, string>(security.Sysctls);
        if (security.Privileged) return;
        host.SecurityOpt = ["no-new-privileges:true"];
        host.CapDrop = ["ALL"];
        host.CapAdd = [.. DefaultCapabilities.Except(security.CapDrop.Select(Capability))
            .Concat(security.CapAdd.Select(Capability)).Distinct()];
        if (security.CapDrop.Select(Capability).Contains("ALL")) host.CapAdd = [.. security.CapAdd.Select(Capability)];
    }

    private static string Capability(string name) =>
        name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name[4..].ToUpperInvariant()
            : name.ToUpperInvariant();

    private static List<Mount> Mounts(TaskSpec spec, string contentDirectory)
    {
        var mounts = new List<Mount>();
        for (int i = 0; i < spec.Mounts.Count; i++)
        {
            MountSpec mount = spec.Mounts[i];
            mounts.Add(mount.Kind switch
            {
                MountKind.Bind => new Mount
                    { Type = "bind", Source = mount.Source, Target = mount.Target, ReadOnly = mount.ReadOnly },
                MountKind.Tmpfs => new Mount
                {
                    Type = "tmpfs",
                    Target = mount.Target,
                    TmpfsOptions = mount.SizeBytes is { } size ? new TmpfsOptions { SizeBytes = size } : null,
                },
                MountKind.Content => new Mount
                    { Type = "bind", Source = ContentPath(contentDirectory, i), Target = mount.Target,
                    ReadOnly = true },
                _ => new Mount { Type = "volume", Source = mount.Source, Target = mount.Target,
                    ReadOnly = mount.ReadOnly },
            });
        }

        return mounts;
    }

    private static Dictionary<string, IList<PortBinding>> PortBindings(TaskContext task)
    {
        var bindings = new Dictionary<string, IList<PortBinding>>();
        if (!UsesNetworks(task.Spec)) return bindings;
        foreach (PortSpec port in task.Spec.Ports)
        {
            if (task.FindPort(port.Name) is not { } bound) continue;
            if (!bindings.TryGetValue(Key(port), out IList<PortBinding>? list)) bindings.Add(Key(port), list = []);
            list.Add(new PortBinding
                { HostIP = bound.Address, HostPort = bound.Port.ToString(CultureInfo.InvariantCulture) });
        }

        return bindings;
    }

    private static string Key(PortSpec port) =>
        string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}");

    private static List<string> Environment(TaskContext task, string? telemetry)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        TaskEnvironment.AddIdentity(environment, task);
        TaskEnvironment.AddTelemetry(environment, task, telemetry);

        // Within a container the ports are those of the image; the node's are nothing to it.
        TaskEnvironment.AddManifest(
            environment, task.Spec, new SortedDictionary<string, string>(StringComparer.Ordinal));
        return [.. environment.Select(e => $"{e.Key}={e.Value}")];
    }

    private static SortedDictionary<string, string> Labels(TaskContext task) =>
        new(task.Spec.Labels, StringComparer.Ordinal)
    {
        [DockerLabels.Allocation] = task.Id,
        [DockerLabels.Workload] = task.Allocation.Workload,
        [DockerLabels.Version] = task.Allocation.Version.ToString(CultureInfo.InvariantCulture),
        [DockerLabels.Node] = task.Allocation.Node,
        [DockerLabels.Project] = task.Project,
        [DockerLabels.Ports] = PortsLabel(task.Ports),
    };

    /// <summary>
    /// The image's own check runs in the engine only when it was asked for; the other kinds are the agent's.
    /// </summary>
    private static HealthcheckConfig? Healthcheck(HealthCheckSpec? check) =>
        check is { Kind: HealthCheckKind.Container } ? null : new HealthcheckConfig { Test = ["NONE"] };
}
