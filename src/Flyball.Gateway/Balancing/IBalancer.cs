using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>One way to choose among endpoints that are ready. Pure but for counters of its own; used by all threads.
/// </summary>
internal interface IBalancer
{
    /// <summary>The choice, not yet counted in; null when it met only endpoints that will not do.</summary>
    /// <param name="endpoints">At least one is ready.</param>
    /// <param name="fitness">Which of them will do.</param>
    /// <param name="draw">Random bits of this choice.</param>
    /// <param name="hash">What the request says about where it wants to go; null for nothing.</param>
    UpstreamEndpoint? Choose(EndpointSet endpoints, in Fitness fitness, ulong draw, ulong? hash);
}
