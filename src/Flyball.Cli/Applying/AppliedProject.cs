namespace Flyball.Cli.Applying;

/// <summary>What an apply made the desired state: workloads by name, and host with path for each route.</summary>
public sealed record AppliedProject(string Project, IReadOnlyList<string> Workloads, IReadOnlyList<string> Routes);
