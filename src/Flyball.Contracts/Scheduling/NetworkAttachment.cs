namespace Flyball.Contracts.Scheduling;

/// <summary>A user-defined network of the project and the names this task answers to on it.</summary>
public sealed record NetworkAttachment(string Network, IReadOnlyList<string> Aliases);
