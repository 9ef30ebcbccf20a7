using System.Text.Json;

namespace Flyball.Scheduling.Workloads.Explaining;

/// <summary>A decision or an event as it was recorded.</summary>
internal sealed record WhyEntry(long Sequence, long AtUnixMs, JsonElement Value);
