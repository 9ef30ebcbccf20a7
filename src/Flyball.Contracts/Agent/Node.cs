namespace Flyball.Contracts.Agent;

/// <summary>A machine with an agent; written by the agent's session on the server, on transitions only.</summary>
public sealed record Node
{
    public int Format { get; set; } = 1;

    /// <summary>Chosen at the agent's first start and kept in its data directory; the resource's name.</summary>
    public required string Id { get; init; }

    public required string Hostname { get; init; }

    /// <summary>Where other nodes reach this one.</summary>
    public required string Address { get; init; }

    public string Os { get; set; } = "linux";

    public string Arch { get; set; } = "";

    public required double CpuCores { get; init; }

    public required long MemoryBytes { get; init; }

    public IReadOnlyList<DriverInfo> Drivers { get; set; } = [];

    public SortedDictionary<string, string> Labels { get; set; } = new(StringComparer.Ordinal);

    public required NodeState State { get; init; }

    public string AgentVersion { get; set; } = "";

    public required long ChangedUnixMs { get; init; }
}
