using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;

namespace Flyball.Agent.Allocations;

/// <summary>Where runners tell what they saw; never waits for a server.</summary>
internal interface IAllocationReports
{
    /// <summary>The newest status; earlier ones that were not sent yet are replaced.</summary>
    void Status(AllocationStatus status);

    void Event(string allocation, Event happened);

    /// <summary>The allocation is gone from this node: nothing of it is to be sent any more.</summary>
    void Forgotten(string allocation);
}
