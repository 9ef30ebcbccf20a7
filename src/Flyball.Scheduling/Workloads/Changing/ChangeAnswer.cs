namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>The answer to a change of one workload; <paramref name="Note"/> is what else to know.</summary>
internal sealed record ChangeAnswer(
    string Name, string Action, long Revision, int? Replicas = null, long? PinnedUntilUnixMs = null,
    string? Note = null);
