using Flyball.Metrics.Hosting;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>Stores what rules give.</summary>
internal sealed class RuleWriter(SampleIntake intake, RuleMetrics metrics)
{
    /// <summary>Writes samples of one time, and the end of series that are gone.</summary>
    /// <returns>Null, or why nothing was stored.</returns>
    public async ValueTask<string?> WriteAsync(
        IReadOnlyList<RuleSample> samples, IEnumerable<Labels> ended, long atMs)
    {
        using IntakeTicket? ticket = intake.TryEnter(out IntakeRefusal refusal);
        if (ticket is null) return intake.Describe(refusal);
        ticket.Batch.Clear(LabelForm.Plain);
        foreach (RuleSample sample in samples) Add(ticket.Batch, sample, atMs);
        var end = new Sample(SpecialValues.StaleNaN);
        foreach (Labels labels in ended) Add(ticket.Batch, new RuleSample(labels, end), atMs);
        if (ticket.Batch.SeriesCount == 0) return null;
        CommitOutcome outcome = await ticket.AppendAsync();
        metrics.Written(ticket.Report.Accepted, ticket.Report.Refused);
        if (outcome == CommitOutcome.Unavailable) return "The disk refuses to store samples.";
        return ticket.Report.Accepted == 0 && ticket.Report.Refused > 0
            ? $"All samples were refused, the first for {ticket.Report.FirstReason}."
            : null;
    }

    private static void Add(SampleBatch batch, RuleSample sample, long atMs)
    {
        batch.BeginSeries(sample.Labels);
        if (sample.Value.Histogram is { } histogram) batch.Add(atMs, histogram);
        else batch.Add(atMs, sample.Value.Value);
    }
}
