using Flyball.Autoscaling.Explaining;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Leading;

/// <summary>
/// Turns a decision into what is written: the scale where the policy acts and nobody pinned it, a journal entry when
/// the outcome or what bounds it changed, an event when signals went missing or came back.
/// </summary>
/// <param name="missingPatience">Signals may be missing for this long, as after a start, before it is said.</param>
internal sealed class DecisionWriter(TimeProvider time, TimeSpan missingPatience)
{
    /// <returns>What to write, and what to remember once it is written.</returns>
    public (StoreTransaction Transaction, RecordedState State) Write(
        WorkloadState workload, ScalingReport report, ScaledWorkload memory)
    {
        var transaction = new StoreTransaction();
        var verdict = report.Verdict;
        var acts = report.Policy.Mode == ScaleMode.Act;
        var differs = verdict.Wanted != report.Seen.Replicas;
        var isPinned = report.PinnedUntilUnixMs is not null;
        var state = RecordedState.Of(report) with { MissingTold = IsMissingTold(report, memory) };
        if (acts && differs && !isPinned)
            transaction = ScaleNow(workload, report);
        else if (state with { MissingTold = memory.Recorded.MissingTold } != memory.Recorded)
            Append(transaction, report, Outcome(report, state, isPinned));
        if (state.MissingTold != memory.Recorded.MissingTold)
            AppendEvent(transaction, report, state.MissingTold);
        return (transaction, state);
    }

    /// <summary>Writes the number, and why; void when somebody else wrote since it was read.</summary>
    public StoreTransaction ScaleNow(WorkloadState workload, ScalingReport report)
    {
        var wanted = report.Verdict.Wanted;
        var reason = ScalingStory.Reason(report);
        var transaction = new StoreTransaction()
            .Require(workload.Workload.Key, workload.Workload.Revision)
            .Require(workload.Policy.Key, workload.Policy.Revision)
            .Require(Kinds.Scale.Key(workload.Name), workload.Scale?.Revision ?? Revision.None)
            .Put(Kinds.Scale, workload.Name, new Scale
            {
                Workload = workload.Name,
                Replicas = wanted,
                Source = Scale.ByAutoscaling,
                Reason = reason,
            });
        Append(
            transaction, report, FormattableString.Invariant($"scaled from {report.Seen.Replicas} to {wanted}"));
        return transaction;
    }

    private void Append(StoreTransaction transaction, ScalingReport report, string outcome) => transaction.Append(
        JournalEntries.From(
            ScalingStory.Decision(report, outcome), Kinds.Workload.Key(report.Workload), time));

    private static string Outcome(ScalingReport report, RecordedState state, bool isPinned)
    {
        int now = report.Seen.Replicas, wanted = report.Verdict.Wanted;
        if (state.Advised is { } advised)
            return FormattableString.Invariant($"would scale from {now} to {advised}");
        if (state.Pinned)
            return FormattableString.Invariant($"stays at {now} against {wanted}: set by hand until ")
                + ScalingStory.Time(report.PinnedUntilUnixMs!.Value);
        return isPinned || state.Bound.Length == 0
            ? FormattableString.Invariant($"{now} is what it wants")
            : FormattableString.Invariant($"stays at {now}, the most it may have");
    }

    // While nothing of a workload serves, nothing can be measured of it, and other events say so.
    private bool IsMissingTold(ScalingReport report, ScaledWorkload memory)
    {
        var told = memory.Recorded.MissingTold;
        if (report.Verdict.Missing.Count == 0 || report.Seen.Ready == 0)
        {
            memory.MissingSinceUnixMs = null;
            return told && report.Verdict.Missing.Count > 0;
        }
        memory.MissingSinceUnixMs ??= report.Seen.AtUnixMs;
        return told
            || report.Seen.AtUnixMs - memory.MissingSinceUnixMs >= (long)missingPatience.TotalMilliseconds;
    }

    private void AppendEvent(StoreTransaction transaction, ScalingReport report, bool isMissing)
    {
        var why = report.Failures.Count > 0 ? $" ({report.Failures[0]})" : "";
        var happened = new Event
        {
            Type = isMissing ? "scaling.metrics-missing" : "scaling.metrics-back",
            Severity = isMissing ? EventSeverity.Warning : EventSeverity.Info,
            Message = isMissing
                ? $"Not known: {string.Join(", ", report.Verdict.Missing)}{why}. "
                    + "Nothing scales down; minimums and what is known still hold."
                : "All signals are back.",
            Workload = report.Workload,
        };
        transaction.Append(JournalEntries.From(happened, Kinds.Workload.Key(report.Workload), time));
    }
}
