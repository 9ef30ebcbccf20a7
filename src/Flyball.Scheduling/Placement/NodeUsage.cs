namespace Flyball.Scheduling.Placement;

/// <summary>What is set aside on a node, claim by claim. Built by one owner; not changed once others see it.</summary>
internal sealed class NodeUsage
{
    private readonly List<Claim> claims = [];
    private readonly List<Claim> withPorts = [];

    // Looked up, never iterated: its order decides nothing.
    private readonly Dictionary<string, int> byWorkload = new(StringComparer.Ordinal);

    public NodeUsage(IEnumerable<Claim> claims)
    {
        foreach (Claim claim in claims) Add(claim);
    }

    public int Count => claims.Count;

    /// <summary>The claims that hold ports of the node.</summary>
    public IReadOnlyList<Claim> WithPorts => withPorts;

    public long CpuMillis { get; private set; }

    public long MemoryBytes { get; private set; }

    /// <summary>How many allocations of a workload are meant to run here.</summary>
    public int CountOf(string workload) => byWorkload.GetValueOrDefault(workload);

    public NodeUsage Copy() => new(claims);

    public NodeUsage Without(Func<Claim, bool> leaves) => new(claims.Where(claim => !leaves(claim)));

    public void Add(Claim claim)
    {
        claims.Add(claim);
        if (claim.Ports.Count > 0) withPorts.Add(claim);
        CpuMillis += claim.CpuMillis;
        MemoryBytes += claim.MemoryBytes;
        if (!claim.Stopping) byWorkload[claim.Workload] = byWorkload.GetValueOrDefault(claim.Workload) + 1;
    }
}
