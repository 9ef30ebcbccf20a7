namespace Flyball.Contracts.Scheduling;

/// <summary>What is awaited of a service that another depends on.</summary>
public enum DependencyCondition
{
    /// <summary>One of its allocations runs.</summary>
    Started,

    /// <summary>One of its allocations is healthy.</summary>
    Healthy,

    /// <summary>One of its allocations exited with code 0.</summary>
    CompletedSuccessfully,
}
