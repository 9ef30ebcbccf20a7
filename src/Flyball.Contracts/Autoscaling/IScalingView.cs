namespace Flyball.Contracts.Autoscaling;

/// <summary>What is known on this server about the scaling of a workload, in sentences.</summary>
public interface IScalingView
{
    /// <summary>The policy, what it saw last and what it made of that; empty without a policy.</summary>
    IReadOnlyList<string> Explain(string workload);
}
