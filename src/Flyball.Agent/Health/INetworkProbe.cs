using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Health;

/// <summary>Probes over the network; the simulator answers them itself.</summary>
internal interface INetworkProbe
{
    /// <summary>A GET that must answer 200 to 399.</summary>
    ValueTask<ProbeResult> GetAsync(BoundPort port, string path, CancellationToken cancellation);

    /// <summary>A connection that must be accepted.</summary>
    ValueTask<ProbeResult> ConnectAsync(BoundPort port, CancellationToken cancellation);
}
