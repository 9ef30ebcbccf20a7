using Flyball.Agent;
using Flyball.Discovery;
using Flyball.Scheduling;

namespace Flyball.Simulation.Clusters;

/// <summary>The platform's options in simulations: as by default, but for what would only make a run longer.</summary>
internal sealed record PlatformOptions
{
    public SchedulingOptions Scheduling { get; init; } = new()
    {
        DataDirectory = "/data",
        DrainTimeout = TimeSpan.FromSeconds(10),
        ReplacementDelayMax = TimeSpan.FromSeconds(10),
        VersionHistory = 3,
    };

    public DiscoveryOptions Discovery { get; init; } = new();

    public AgentSessionOptions AgentSessions { get; init; } = new() { LostAfter = TimeSpan.FromSeconds(12) };

    public Gateway.GatewaySessionOptions GatewaySessions { get; init; } = new();
}
