namespace Flyball.Contracts.Autoscaling;

/// <summary>
/// Told what gateways are asked for, by their sessions on this server: above all for which workloads requests wait
/// because there is no instance. Safe from any thread; returns at once.
/// </summary>
public interface IActivation
{
    /// <summary>What a gateway was asked for since its last report. The first one begins what is known of it.</summary>
    void Report(string gateway, GatewayDemand demand);

    /// <summary>The gateway's session has ended: what it is asked for is no longer known.</summary>
    void Ended(string gateway);
}
