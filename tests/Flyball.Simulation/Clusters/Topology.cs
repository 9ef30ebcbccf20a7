namespace Flyball.Simulation.Clusters;

/// <summary>How large a simulated cluster is and what its users run on it.</summary>
internal sealed record Topology
{
    public int Servers { get; init; } = 1;

    public int Nodes { get; init; } = 2;

    public double CoresPerNode { get; init; } = 4;

    public int Gateways { get; init; } = 1;

    public IReadOnlyList<App> Apps { get; init; } = [new App("p0", "web")];

    /// <summary>The longest time that the store takes to answer.</summary>
    public TimeSpan StoreLatency { get; init; }

    /// <summary>How far nodes' wall clocks may be off.</summary>
    public TimeSpan ClockSkewMax { get; init; }

    public static Topology Draw(Random random)
    {
        int nodes = random.Next(1, 6);
        int apps = random.Next(1, 7);
        double cores = random.Next(2) == 0 ? 4 : 8;
        // Half of what the nodes have is given away at most, so that updates find room and a lost node is made good.
        double cpu = random.Next(3) switch { 0 => 0.25, 1 => 0.5, _ => 0 };
        int room = cpu == 0 ? 12 * nodes : (int)(cores * nodes / 2 / cpu);
        int replicasMax = Math.Clamp(room / apps, 1, 4);
        return new Topology
        {
            Servers = random.Next(10) < 3 ? 2 : 1,
            Nodes = nodes,
            CoresPerNode = cores,
            Gateways = random.Next(1, 4),
            StoreLatency = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(random.Next(1, 20)),
            ClockSkewMax = random.Next(3) == 0 ? TimeSpan.FromSeconds(20) : TimeSpan.Zero,
            Apps = [.. Enumerable.Range(0, apps).Select(number => App.Draw(random, number, nodes, replicasMax, cpu))],
        };
    }

    public override string ToString() =>
        $"{Servers} servers, {Nodes} nodes of {CoresPerNode} cores, {Gateways} gateways, "
        + string.Join(", ", Apps.Select(app => $"{app.Name}×{app.Replicas} {app.Order}"
            + (app.HostPort is { } port ? $" port {port}" : "")));
}
