using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>A source without series, for planning a query before its data is opened.</summary>
internal sealed class EmptySource : ISeriesSource
{
    public static readonly EmptySource Instance = new();

    public IReadOnlyList<ISeries> Select(SeriesQuery query, CancellationToken cancellation = default) => [];

    public IReadOnlyList<string> LabelNames(SeriesQuery query, CancellationToken cancellation = default) => [];

    public IReadOnlyList<string> LabelValues(
        string name, SeriesQuery query, CancellationToken cancellation = default) => [];

    public void Dispose()
    {
    }
}
