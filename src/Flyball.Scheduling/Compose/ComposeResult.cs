using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Compose;

/// <summary>What a Compose project compiles to, or why it does not.</summary>
internal sealed record ComposeResult
{
    /// <summary>The project's name; empty when none could be found.</summary>
    public required string Project { get; init; }

    /// <summary>By service name in ordinal order; empty when there are errors.</summary>
    public IReadOnlyList<Workload> Workloads { get; init; } = [];

    /// <summary>Resource name (<c>project.service.0</c>) to route; empty when there are errors.</summary>
    public SortedDictionary<string, Route> Routes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Scaling policies, by service name in ordinal order; empty when there are errors.</summary>
    public IReadOnlyList<ScalePolicy> Policies { get; init; } = [];

    /// <summary>Where APIs are described, by service name in ordinal order; empty when there are errors.</summary>
    public IReadOnlyList<ComposeApi> Apis { get; init; } = [];

    /// <summary>Images to build, by service name; filled as far as possible even when there are errors.</summary>
    public IReadOnlyList<ComposeBuild> Builds { get; init; } = [];

    /// <summary>
    /// Other files that the manifest names, by path; filled as far as possible even when there are errors.
    /// </summary>
    public IReadOnlyList<ComposeNeed> Needs { get; init; } = [];

    /// <summary>Names of environment variables that the files look up, in ordinal order, set or not.</summary>
    public IReadOnlyCollection<string> Variables { get; init; } = [];

    public IReadOnlyList<ComposeDiagnostic> Warnings { get; init; } = [];

    public IReadOnlyList<ComposeDiagnostic> Errors { get; init; } = [];

    public bool Succeeded => Errors.Count == 0;
}
