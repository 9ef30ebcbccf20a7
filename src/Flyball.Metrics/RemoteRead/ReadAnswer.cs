using Flyball.Base.Codecs;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.RemoteRead;

/// <summary>
/// Encodes the answer, a <c>prometheus.ReadResponse</c> of samples. The external labels of this server are added to
/// every series, and matchers of them ask for series without: what is stored does not carry them.
/// </summary>
internal sealed class ReadAnswer(MetricsOptions options)
{
    private readonly Label[] external =
    [
        .. options.ExternalLabels.Select(label => new Label(label.Key, label.Value))
            .OrderBy(label => label.Name, ByteOrder.Instance),
    ];

    private long samples;

    /// <summary>Appends the result of a query.</summary>
    /// <exception cref="ApiRefusal">The answer is larger than the bounds.</exception>
    public void Add(ISeriesSource source, ReadQuery query, ByteBuffer answer, CancellationToken cancellation)
    {
        var to = new ProtoWriter(answer);
        int result = to.Begin(1);
        LabelMatcher[] matchers = [.. query.Matchers.Select(Inward)];
        IEnumerable<(Labels Labels, ISeries Series)> found = source
            .Select(new SeriesQuery(query.MinMs, query.MaxMs, matchers), cancellation)
            .Select(series => (Labels: Outward(series.Labels), series))
            .OrderBy(one => one.Labels);
        ISampleIterator? iterator = null;
        foreach ((Labels labels, ISeries series) in found)
        {
            cancellation.ThrowIfCancellationRequested();
            iterator = series.Iterate(iterator);
            WriteSeries(to, labels, iterator);
        }

        to.End(result);
    }

    private static LabelMatcher Absent(string name) => LabelMatcher.Equal(name, "");

    private LabelMatcher Inward(LabelMatcher matcher) =>
        matcher.Kind == MatchKind.Equal
        && external.Any(label => label.Name == matcher.Name && label.Value == matcher.Value)
            ? Absent(matcher.Name)
            : matcher;

    private Labels Outward(Labels labels)
    {
        if (external.Length == 0) return labels;
        var builder = new LabelsBuilder(labels);
        foreach (Label label in external)
            if (!labels.Has(label.Name)) builder.Set(label.Name, label.Value);
        return builder.ToLabels();
    }

    private void WriteSeries(ProtoWriter to, Labels labels, ISampleIterator iterator)
    {
        SampleKind kind = iterator.Next();
        if (kind == SampleKind.None) return;
        int series = to.Begin(1);
        foreach (Label label in labels.Items)
        {
            int pair = to.Begin(1);
            to.Text(1, label.Name);
            to.Text(2, label.Value);
            to.End(pair);
        }

        for (; kind != SampleKind.None; kind = iterator.Next())
        {
            samples++;
            bool isHistogram = kind == SampleKind.Histogram;
            int sample = to.Begin(isHistogram ? 4 : 2);
            if (isHistogram)
            {
                HistogramEncoder.Write(to, iterator.TimestampMs, iterator.Histogram);
            }
            else
            {
                to.Double(1, iterator.Value);
                to.VarUInt(2, (ulong)iterator.TimestampMs);
            }

            to.End(sample);
            Check(to.Destination.Length);
        }

        to.End(series);
    }

    private void Check(int sizeBytes)
    {
        if (sizeBytes <= options.ReadBytesMax && samples <= options.QuerySamplesMax) return;
        throw new ApiRefusal(
            ApiErrorKind.Execution,
            $"the answer has more than {options.ReadBytesMax} bytes or {options.QuerySamplesMax} samples: ask for less "
            + "time or fewer series");
    }
}
