using Flyball.Scheduling.Http;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>What a Compose project needs before it can be applied.</summary>
internal sealed record InspectAnswer
{
    public required string Project { get; init; }

    public required IReadOnlyList<string> Workloads { get; init; }

    public required IReadOnlyList<AppliedRoute> Routes { get; init; }

    public required IReadOnlyList<InspectedBuild> Builds { get; init; }

    /// <summary>Paths of files that the caller sends as attachments, where they exist.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Names of variables that the caller sends, where they are set.</summary>
    public required IReadOnlyList<string> Variables { get; init; }

    public required IReadOnlyList<ApiError> Warnings { get; init; }

    public required IReadOnlyList<ApiError> Errors { get; init; }
}
