using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>Which endpoints a choice may settle on at first; when there is none, the picker asks for less.</summary>
internal readonly ref struct Fitness(
    ReadOnlySpan<UpstreamEndpoint> tried, SlowStart? slowStart, long now, ulong draw, int inFlightMax)
{
    private readonly ReadOnlySpan<UpstreamEndpoint> tried = tried;

    public bool Fits(UpstreamEndpoint endpoint) =>
        !endpoint.Health.IsEjected && endpoint.InFlight < inFlightMax && !tried.Contains(endpoint)
        && (slowStart is null || slowStart.Admits(endpoint, now, draw));
}
