using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Health;

/// <summary>Asks an endpoint whether it serves.</summary>
internal interface IEndpointProbe
{
    /// <summary>True when its answer proves more than that something listens there.</summary>
    bool ProvesAnswers { get; }

    /// <summary>Never throws for what the endpoint does.</summary>
    Task<bool> IsServingAsync(UpstreamEndpoint endpoint, CancellationToken cancellation);
}
