using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Api.Federation;

/// <summary>The newest sample of a series.</summary>
internal sealed record FederatedSample(Labels Labels, long AtMs, Sample Value);
