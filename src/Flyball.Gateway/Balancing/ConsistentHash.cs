using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// The endpoint that the request's hash leads to on the ring, or the next one on it that will do. A request without a
/// hash is spread by two choices.
/// </summary>
internal sealed class ConsistentHash : IBalancer
{
    private readonly TwoChoices others = new();

    public UpstreamEndpoint? Choose(EndpointSet endpoints, in Fitness fitness, ulong draw, ulong? hash) =>
        hash is { } at && endpoints.Ring is { } ring
            ? ring.Find(at, fitness)
            : others.Choose(endpoints, fitness, draw, hash);
}
