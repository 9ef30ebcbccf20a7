namespace Flyball.Contracts.Scheduling;

/// <summary>
/// What a user asked to run: one service of a Compose project. Written by the API only; the replica count in force is
/// the <see cref="Scale"/> beside it. The resource's name is <see cref="WorkloadName"/>.
/// </summary>
public sealed record Workload
{
    public int Format { get; set; } = 1;

    /// <summary>The Compose project; never contains a dot.</summary>
    public required string Project { get; init; }

    /// <summary>The service's name within the project.</summary>
    public required string Service { get; init; }

    public WorkloadKind Kind { get; set; } = WorkloadKind.Service;

    /// <summary>What each allocation runs. A change of it is a new version and begins a rollout.</summary>
    public required TaskSpec Task { get; init; }

    /// <summary><c>deploy.replicas</c>: used until somebody writes a <see cref="Scale"/>.</summary>
    public int Replicas { get; set; } = 1;

    public UpdatePolicy Update { get; set; } = new();

    /// <summary><c>depends_on</c>, by service name.</summary>
    public IReadOnlyList<Dependency> DependsOn { get; set; } = [];

    /// <summary><c>deploy.placement.constraints</c>.</summary>
    public IReadOnlyList<Constraint> Constraints { get; set; } = [];

    /// <summary>True after <c>flyball stop</c>: no allocation runs, the workload stays.</summary>
    public bool Stopped { get; init; }

    /// <summary>
    /// Raised by <c>flyball restart</c>: allocations with a lower number are replaced one after the other.
    /// </summary>
    public int RestartGeneration { get; init; }
}
