using System.Text;
using Flyball.Metrics.Api.Federation;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Querying;

namespace Flyball.Metrics.Commands;

/// <summary>
/// Writes series as OpenMetrics text. An exemplar goes with the first sample at or after its time: exemplars are kept
/// apart from samples, and came with the sample that was scraped next.
/// </summary>
internal sealed class OpenMetricsExport(TimeSeriesStore store, TimeRange range, TextWriter output)
{
    /// <summary>Characters that are gathered before they are written.</summary>
    private const int PieceLength = 64 * 1024;

    private readonly StringBuilder _text = new();

    public void Write(IReadOnlyList<ISeries> all)
    {
        Dictionary<Labels, IReadOnlyList<BatchExemplar>> exemplars = Exemplars();
        var families = new ExportFamilies(all.Select(one => one.Labels.MetricName).ToHashSet(StringComparer.Ordinal));
        var writer = new FederationWriter(_text, new FederationFormat(IsOpenMetrics: true, AllowsUtf8: true), []);
        foreach ((ISeries series, SampleFamily family) in Ordered(all, families))
            Write(writer, series, family, exemplars.GetValueOrDefault(series.Labels, []));
        writer.End();
        Flush(0);
        if (writer.Skipped > 0)
            Console.Error.WriteLine(
                $"{writer.Skipped} exponential histograms have no form in OpenMetrics and are left out.");
    }

    /// <summary>The families in order, and what is in one lies together.</summary>
    private static IEnumerable<(ISeries Series, SampleFamily Family)> Ordered(
        IReadOnlyList<ISeries> all, ExportFamilies families) =>
        all.Select(series => (Series: series, Family: families.Of(series.Labels.MetricName)))
            .OrderBy(one => one.Family.Name ?? one.Series.Labels.MetricName, ByteOrder.Instance)
            .ThenBy(one => one.Series.Labels.MetricName, ByteOrder.Instance)
            .ThenBy(one => one.Series.Labels);

    private Dictionary<Labels, IReadOnlyList<BatchExemplar>> Exemplars() =>
        ExemplarReader.Select(store.Parts, range, [[]]).ToDictionary(one => one.Labels, one => one.Exemplars);

    private void Write(
        FederationWriter writer, ISeries series, SampleFamily family, IReadOnlyList<BatchExemplar> exemplars)
    {
        int next = 0;
        ISampleIterator samples = series.Iterate();
        while (samples.Next() is var kind and not SampleKind.None)
        {
            // The format has no word for the end of a series.
            if (kind == SampleKind.Float && SpecialValues.IsStale(samples.Value)) continue;
            BatchExemplar? exemplar = null;
            if (kind == SampleKind.Float && next < exemplars.Count
                && exemplars[next].TimestampMs <= samples.TimestampMs)
                exemplar = exemplars[next++];
            writer.Write(new FederatedSample(
                series.Labels, samples.TimestampMs,
                kind == SampleKind.Histogram ? new Sample(0, samples.Histogram) : new Sample(samples.Value))
            {
                Family = family, Exemplar = exemplar,
            });
            Flush(PieceLength);
        }
    }

    private void Flush(int atLeast)
    {
        if (_text.Length < atLeast) return;
        foreach (ReadOnlyMemory<char> chunk in _text.GetChunks()) output.Write(chunk.Span);
        _text.Clear();
    }
}
