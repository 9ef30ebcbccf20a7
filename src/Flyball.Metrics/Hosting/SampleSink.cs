using Flyball.Contracts.Metrics;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Hosting;

/// <summary>The platform's own samples on their way into the store.</summary>
internal sealed class SampleSink(SampleIntake intake) : ISampleSink
{
    private static readonly string[] Reasons = Enum.GetNames<SampleRefusal>();

    public async ValueTask<SinkAnswer> WriteAsync(MetricBatch batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null)
            return new SinkAnswer(refusal == IntakeRefusal.Busy ? SinkOutcome.Busy : SinkOutcome.Unavailable, 0, []);
        Fill(ticket.Batch, batch);
        CommitOutcome outcome = await ticket.AppendAsync();
        return outcome == CommitOutcome.Durable
            ? Describe(ticket)
            : new SinkAnswer(SinkOutcome.Unavailable, 0, []);
    }

    private static void Fill(SampleBatch target, MetricBatch source)
    {
        target.Clear(LabelForm.Plain);
        target.FillsGaps = true;
        for (int series = 0; series < source.SeriesCount; series++)
        {
            int start = target.Text.Length;
            foreach (ref readonly MetricLabel label in source.Labels(series))
            {
                target.Text.Text(label.Name);
                target.Text.Text(label.Value);
            }

            target.BeginSeries(start, target.Text.Length - start);
            foreach ((long at, double value) in source.Samples(series)) target.Add(at, value);
            foreach ((long at, MetricHistogram value) in source.Histograms(series)) target.Add(at, Convert(value));
        }

        foreach (MetricDescription one in source.Descriptions)
            target.Metadata.Add(new MetricMetadata(one.Name, one.Type, one.Help, one.Unit));
    }

    private static NativeHistogram Convert(MetricHistogram source)
    {
        bool isCustom = source.Bounds.Count > 0;
        return new NativeHistogram
        {
            Schema = isCustom ? NativeHistogram.CustomSchema : source.Scale,
            ZeroThreshold = isCustom ? 0 : source.ZeroThreshold,
            ZeroCount = source.ZeroCount,
            Count = source.Count,
            Sum = source.Sum,
            PositiveSpans = Spans(source.Positive),
            PositiveBuckets = [.. source.Positive.Counts],
            NegativeSpans = Spans(source.Negative),
            NegativeBuckets = [.. source.Negative.Counts],
            CustomBounds = [.. source.Bounds],
        };
    }

    private static BucketSpan[] Spans(MetricBuckets buckets) =>
        buckets.Counts.Count == 0 ? [] : [new BucketSpan(buckets.FirstIndex, buckets.Counts.Count)];

    private static SinkAnswer Describe(IntakeTicket ticket)
    {
        AppendReport report = ticket.Report;
        if (report.Refused == 0) return new SinkAnswer(SinkOutcome.Stored, report.Accepted, []);
        var refused = new List<SinkRefusal>();
        for (int reason = 1; reason < Reasons.Length; reason++)
        {
            int count = report[(SampleRefusal)reason];
            if (count > 0) refused.Add(new SinkRefusal(Reasons[reason], count));
        }

        return new SinkAnswer(SinkOutcome.Stored, report.Accepted, refused)
        {
            FirstRefused = BatchLabels.Describe(ticket.Batch, report.FirstRefusedSeries),
        };
    }
}
