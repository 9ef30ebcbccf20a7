using Flyball.Agent.Drivers;
using Flyball.Agent.Nodes;
using Flyball.Contracts.Agent;

namespace Flyball.Simulation.Roles;

/// <summary>What a simulated machine is: its size comes from the topology, its drivers are asked.</summary>
internal sealed class SimulatedFingerprint(SimulatedNode node, DriverSet drivers, TimeProvider time) : INodeFingerprint
{
    public async ValueTask<Node> ReadAsync(CancellationToken cancellation) => new()
    {
        Id = node.Name,
        Hostname = node.Name,
        Address = node.Address,
        Arch = "amd64",
        CpuCores = node.Cores,
        MemoryBytes = 8L << 30,
        Drivers = await drivers.FingerprintAsync(cancellation),
        State = NodeState.Ready,
        ChangedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}
