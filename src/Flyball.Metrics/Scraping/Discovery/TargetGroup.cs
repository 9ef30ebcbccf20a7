using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Targets that share labels.</summary>
/// <param name="Labels">Of all of them; a target's own win.</param>
/// <param name="Targets">The labels of each; <c>__address__</c> among them.</param>
internal sealed record TargetGroup(Labels Labels, IReadOnlyList<Labels> Targets);
