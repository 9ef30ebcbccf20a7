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
    public StoreTransaction Write(WorkloadState workload, ScalingReport report, ScaledWorkload memory)
    {
        var transaction = new StoreTransaction();
        var verdict = report.Verdict;
        var acts = report.Policy.Mode == ScaleMode.Act;
        var differs = verdict.Wanted != report.Seen.Replicas;
        var isPinned = report.PinnedUntilUnixMs is not null;
        var state = RecordedState.Of(report);
        if (acts && differs && !isPinned)
            Scale(transaction, workload, report);
        else if (state != memory.Recorded)
            Append(transaction, report, Outcome(report, state, isPinned));
        TellMissing(transaction, report, memory);
        return transaction;
    }

    private void Scale(StoreTransaction transaction, WorkloadState workload, ScalingReport report)
    {
        var wanted = report.Verdict.Wanted;
        var reason = ScalingStory.Reason(report);
        transaction
            .Require(workload.Workload.Key, workload.Workload.Revision)
            .Require(workload.Policy.Key, workload.Policy.Revision)
            .Require(Kinds.Scale.Key(workload.Name), workload.Scale?.Revision ?? Revision.None)
            .Put(Kinds.Scale, workload.Name, new Scale
            {
                Workload = workload.Name,
                Replicas = wanted,
                Source = "autoscaling",
                Reason = reason,
            });
        Append(
            transaction, report, FormattableString.Invariant($"scaled from {report.Seen.Replicas} to {wanted}"));
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

    private void TellMissing(StoreTransaction transaction, ScalingReport report, ScaledWorkload memory)
    {
        var missing = report.Verdict.Missing;
        var at = report.Seen.AtUnixMs;
        // While nothing of a workload serves, nothing can be measured of it, and other events say so.
        if (missing.Count == 0 || report.Seen.Ready == 0)
        {
            memory.MissingSinceUnixMs = null;
            if (!memory.MissingTold || missing.Count > 0)
                return;
            memory.MissingTold = false;
            Append(transaction, report, "scaling.metrics-back", EventSeverity.Info, "All signals are back.");
            return;
        }
        memory.MissingSinceUnixMs ??= at;
        if (memory.MissingTold || at - memory.MissingSinceUnixMs < (long)missingPatience.TotalMilliseconds)
            return;
        memory.MissingTold = true;
        var why = report.Failures.Count > 0 ? $" ({report.Failures[0]})" : "";
        Append(
            transaction, report, "scaling.metrics-missing", EventSeverity.Warning,
            $"Not known: {string.Join(", ", missing)}{why}. "
            + "Nothing scales down; minimums and what is known still hold.");
    }

    private void Append(
        StoreTransaction transaction, ScalingReport report, string type, EventSeverity severity, string message) =>
        transaction.Append(JournalEntries.From(
            new Event { Type = type, Severity = severity, Message = message, Workload = report.Workload },
            Kinds.Workload.Key(report.Workload), time));
}
