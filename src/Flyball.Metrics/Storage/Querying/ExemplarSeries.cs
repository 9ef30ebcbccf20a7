using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>A series and its exemplars, the oldest first.</summary>
internal sealed record ExemplarSeries(Labels Labels, IReadOnlyList<BatchExemplar> Exemplars);
