namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// A workload of an applied project; <paramref name="Change"/> is created, updated, unchanged or removed.
/// </summary>
internal sealed record AppliedWorkload(string Name, string Change);
