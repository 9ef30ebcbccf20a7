using Flyball.Simulation.Clusters;
using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Clients;

/// <summary>How a gateway asks whether an ejected endpoint is back.</summary>
internal sealed class SimulatedEndpointProbe(SimulatedCluster cluster, string gateway) : IEndpointProbe
{
    public bool ProvesAnswers => false;

    public async Task<bool> IsServingAsync(UpstreamEndpoint endpoint, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), cluster.Time, cancellation);
        return !cluster.Network.IsCut(gateway, endpoint.Endpoint.Node)
            && cluster.TaskAt(endpoint.Address, endpoint.PortNumber) is SimulatedTask task
            && task.Serves(cluster.Time.GetUtcNow());
    }
}
