using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>What a rule writes at its time.</summary>
internal readonly record struct RuleSample(Labels Labels, Sample Value);
