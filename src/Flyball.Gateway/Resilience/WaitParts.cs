using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Resilience;

/// <summary>What waits are measured by, and where they are counted.</summary>
internal sealed record WaitParts(GatewayMetrics Metrics, TimeProvider Time);
