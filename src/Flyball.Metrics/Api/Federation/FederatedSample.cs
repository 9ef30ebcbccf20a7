using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Federation;

/// <summary>A sample of a series on its way out.</summary>
internal sealed record FederatedSample(Labels Labels, long AtMs, Sample Value)
{
    /// <summary>What to call its family.</summary>
    public SampleFamily Family { get; init; }

    /// <summary>An exemplar that goes with it; OpenMetrics has a form for that.</summary>
    public BatchExemplar? Exemplar { get; init; }
}
