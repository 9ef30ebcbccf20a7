using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Flyball.Agent.Drivers;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Nodes;

/// <summary>Reads the machine: cores, memory, architecture, drivers.</summary>
internal sealed class NodeFingerprint(
    AgentOptions options, DriverSet drivers, IDisk disk, IdSource ids, TimeProvider time) : INodeFingerprint
{
    private string? id;

    public async ValueTask<Node> ReadAsync(CancellationToken cancellation)
    {
        id ??= NodeIdentity.LoadOrCreate(disk, options.DataDirectory, ids);
        return new Node
        {
            Id = id,
            Hostname = options.Hostname ?? Environment.MachineName,
            Address = options.Address,
            Arch = RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "amd64",
                Architecture.Arm64 => "arm64",
                Architecture other => other.ToString().ToLowerInvariant(),
            },
            CpuCores = Environment.ProcessorCount,
            MemoryBytes = TotalMemoryBytes(),
            Drivers = await drivers.FingerprintAsync(cancellation),
            Labels = options.Labels,
            State = NodeState.Ready,
            AgentVersion = typeof(NodeFingerprint).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            ChangedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    private static long TotalMemoryBytes()
    {
        // The machine's own figure: the runtime's is what a control group leaves to the agent itself.
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            if (!line.StartsWith("MemTotal:", StringComparison.Ordinal)) continue;
            string kibibytes = line["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
        }

        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }
}
