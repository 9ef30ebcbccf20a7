using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>A sample as templates see it: <c>.Labels</c> and <c>.Value</c>.</summary>
internal sealed record TemplateSample(Labels Labels, double Value);
