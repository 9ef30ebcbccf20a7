namespace Flyball.Contracts.Agent;

/// <summary>The newest usage of every allocation whose agent is connected to this server.</summary>
public interface IUsageView
{
    IReadOnlyCollection<AllocationUsage> Current { get; }
}
