using System.Globalization;
using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Leading;
using Flyball.Autoscaling.Predicting;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;

namespace Flyball.Autoscaling.Explaining;

/// <summary>Tells decisions in words.</summary>
internal static class ScalingStory
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>How things stand, for <c>why</c>.</summary>
    public static IReadOnlyList<string> Tell(ScalingReport report, DateTimeOffset now)
    {
        var verdict = report.Verdict;
        List<string> lines = [PolicyText.Summary(report.Policy)];
        lines.Add(string.Create(Invariant, $"it wants {verdict.Wanted}: {Reason(report)}"));
        // A clock that was set back makes no report one of the future.
        var age = TimeSpan.FromMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds() - report.Seen.AtUnixMs));
        lines.Add($"decided {PolicyText.Span(age)} ago, at {Time(report.Seen.AtUnixMs)}");
        if (report.PinnedUntilUnixMs is { } until)
            lines.Add($"a person's number holds against it until {Time(until)}");
        if (verdict.Sleep.Length > 0)
            lines.Add(verdict.Sleep);
        foreach (var proposal in verdict.Proposals)
            lines.Add($"{proposal.Source}: {Asked(report.Policy, proposal)}");
        if (verdict.Prediction is { } prediction)
            lines.Add($"forecast: {Forecast(prediction)}; a replica carries {Capacity(prediction)}");
        if (report.Waiting.Length > 0)
            lines.Add($"no forecast yet: {report.Waiting}");
        if (verdict.Missing.Count > 0)
            lines.Add($"missing: {string.Join(", ", verdict.Missing)}; nothing scales down meanwhile");
        lines.AddRange(report.Failures);
        return lines;
    }

    /// <summary>The part that won, what it saw, and what bounded it.</summary>
    public static string Reason(ScalingReport report)
    {
        var verdict = report.Verdict;
        var reason = verdict.Winner;
        if (verdict.Winner.StartsWith("prediction", StringComparison.Ordinal) && verdict.Prediction is { } prediction)
            reason += $", {Forecast(prediction)} and a replica carries {Capacity(prediction)}";
        else if (verdict.Proposals.FirstOrDefault(one => one.Source == verdict.Winner) is { Source: not null } proposal)
            reason += $", which is at {Value(report.Policy, proposal)}";
        return verdict.Bound.Length > 0
            ? string.Create(Invariant, $"{reason}; {verdict.Wished} were wished, bound by {verdict.Bound}")
            : reason;
    }

    public static Decision Decision(ScalingReport report, string outcome)
    {
        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["replicas"] = report.Seen.Replicas.ToString(Invariant),
            ["ready"] = report.Seen.Ready.ToString(Invariant),
            ["won"] = report.Verdict.Winner,
        };
        foreach (var proposal in report.Verdict.Proposals)
            inputs[proposal.Source] = Asked(report.Policy, proposal);
        if (report.Verdict.Prediction is { } prediction)
        {
            inputs["forecast"] = Forecast(prediction);
            inputs["capacity"] = Capacity(prediction);
            inputs["regime"] = prediction.Regime.ToString().ToLowerInvariant();
        }
        if (report.Verdict.Sleep.Length > 0)
            inputs["idle"] = report.Verdict.Sleep;
        if (report.Seen.Use.Waiting > 0)
            inputs["waiting"] = report.Seen.Use.Waiting.ToString(Invariant);
        if (report.Startup is { } startup)
            inputs["start-up"] = PolicyText.Span(startup);
        if (report.Verdict.Missing.Count > 0)
            inputs["missing"] = string.Join(", ", report.Verdict.Missing);
        return new Decision
        {
            Area = "scale", Outcome = outcome, Reason = Reason(report), Workload = report.Workload, Inputs = inputs,
        };
    }

    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Invariant);

    private static string Asked(ScalePolicy policy, Proposal proposal) => proposal.Replicas is { } replicas
        ? string.Create(Invariant, $"at {Value(policy, proposal)}, asks for {replicas}")
        : $"at {Value(policy, proposal)}";

    // A proposal's source is the text of its target or rule; the forecast's is neither.
    private static string Value(ScalePolicy policy, Proposal proposal)
    {
        foreach (var target in policy.Targets)
            if (PolicyText.Of(target) == proposal.Source)
                return PolicyText.Value(target.Signal, proposal.Value);
        foreach (var rule in policy.Rules)
            if (PolicyText.Of(rule) == proposal.Source)
                return PolicyText.Value(rule.Signal, proposal.Value);
        return PolicyText.Value(ScaleSignal.Query, proposal.Value);
    }

    private static string Forecast(Prediction prediction)
    {
        var (median, high, higher) = prediction.Quantiles;
        var horizon = PolicyText.Span(prediction.Horizon);
        var trust = prediction.IsTrusted ? "" : ", not trusted yet";
        return double.IsNaN(high)
            ? $"the demand is {PolicyText.Number(median)}, without a forecast"
            : $"the demand within {horizon} stays below {PolicyText.Number(median)} (50 %), "
                + $"{PolicyText.Number(high)} (95 %), {PolicyText.Number(higher)} (99 %){trust}";
    }

    private static string Capacity(Prediction prediction) =>
        $"{PolicyText.Number(prediction.Capacity)} ({prediction.Basis.ToString().ToLowerInvariant()})";
}
