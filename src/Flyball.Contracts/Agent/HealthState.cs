namespace Flyball.Contracts.Agent;

/// <summary>What the health check says.</summary>
public enum HealthState
{
    /// <summary>Not probed yet.</summary>
    Unknown,

    /// <summary>The last probe succeeded; without a check: the task runs.</summary>
    Passing,

    /// <summary>Enough probes failed in a row.</summary>
    Critical,
}
