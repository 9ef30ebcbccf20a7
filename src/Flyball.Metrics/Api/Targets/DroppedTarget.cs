using Flyball.Metrics.Model;

namespace Flyball.Metrics.Api.Targets;

/// <summary>A target that relabelling dropped.</summary>
internal sealed record DroppedTarget(string Pool, Labels DiscoveredLabels);
