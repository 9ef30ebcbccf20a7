using System.Collections.Frozen;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>What a process cannot have: it sees the node's own files and network.</summary>
internal static class ProcessRules
{
    private static readonly string[] ContainerKeys =
    [
        "image", "build", "pull_policy", "hostname", "volumes", "tmpfs", "configs", "secrets", "networks",
        "network_mode",
        "extra_hosts", "dns", "shm_size", "init", "read_only", "privileged", "cap_add", "cap_drop", "group_add",
        "security_opt", "sysctls",
    ];

    // Ports of databases and brokers, which people seldom name: an http:// address of them would mislead.
    private static readonly FrozenSet<int> OtherProtocols =
        FrozenSet.Create(
            21, 22, 25, 53, 389, 587, 1433, 1521, 1883, 2181, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017);

    public static void Check(Field service, IReadOnlyList<string> command)
    {
        foreach (string key in ContainerKeys)
            if (service[key].Exists)
                service[key].Error($"'{key}' needs a container, and x-driver: process runs without one");
        if (command.Count == 0) service.Error("a process needs a command", "command: [\"dotnet\", \"Cart.dll\"]");
    }

    /// <summary>Where the process starts: relative paths start from the project directory.</summary>
    public static string WorkingDirectory(ServiceScope scope)
    {
        Field field = scope.Field["working_dir"];
        return scope.Compilation.Resolve(field.Mark, field.Word() ?? ".");
    }

    /// <summary>
    /// The services that a process reaches by environment: every other of the project that listens on TCP.
    /// </summary>
    public static IReadOnlyList<ServiceLink> Links(ServiceDraft self, IEnumerable<ServiceDraft> all) =>
    [
        .. from other in all
           where other.Name != self.Name
           from port in other.Workload.Task.Ports
           where port.Protocol == "tcp"
           select new ServiceLink(other.Name, port.Name, port.ContainerPort, Scheme(port)),
    ];

    private static string Scheme(PortSpec port)
    {
        if (port.Name == "https" || port.ContainerPort == 443) return "https";
        bool http = port.Name.StartsWith("http", StringComparison.Ordinal) &&
            !OtherProtocols.Contains(port.ContainerPort);
        return http ? "http" : "tcp";
    }
}
