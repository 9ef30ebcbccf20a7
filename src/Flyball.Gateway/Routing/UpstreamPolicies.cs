using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Routing;

/// <summary>What each new upstream is made with.</summary>
internal sealed record UpstreamPolicies(
    TimeProvider Time,
    RandomSequence Random,
    RetryBudgetOptions Budget,
    OutlierPolicy Outliers,
    bool UseLatency,
    WaitingRoom? Waiting = null);
