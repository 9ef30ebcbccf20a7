namespace Flyball.Contracts.Scheduling;

/// <summary>
/// One <c>depends_on</c> entry: the other service and what must be true of it before this one starts.
/// </summary>
public sealed record Dependency(string Service, DependencyCondition Condition, bool Required = true);
