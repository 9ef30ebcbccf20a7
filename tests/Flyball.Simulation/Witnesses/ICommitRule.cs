using Flyball.Base.Resources;

namespace Flyball.Simulation.Witnesses;

/// <summary>What must hold for each transaction.</summary>
internal interface ICommitRule
{
    void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes);
}
