namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>The workloads and routes that were removed.</summary>
internal sealed record RemoveAnswer(IReadOnlyList<string> Workloads, IReadOnlyList<string> Routes, long Revision);
