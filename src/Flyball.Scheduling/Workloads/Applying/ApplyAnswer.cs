using Flyball.Scheduling.Http;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>What an apply changed, or with <c>dryRun</c> would change.</summary>
internal sealed record ApplyAnswer
{
    public required string Project { get; init; }

    /// <summary>The project's revision; the store's with a dry run.</summary>
    public long Revision { get; init; }

    public bool DryRun { get; init; }

    public required IReadOnlyList<AppliedWorkload> Workloads { get; init; }

    public required IReadOnlyList<AppliedRoute> Routes { get; init; }

    public required IReadOnlyList<ApiError> Warnings { get; init; }
}
