using Flyball.Autoscaling.Predicting;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// One workload's policy at work: targets, rules, schedules and the forecast each propose, the largest wins as in
/// Kubernetes' HPA, and the bounds have the last word. Knows no clock and no metrics; one call a tick.
/// </summary>
internal sealed class WorkloadScaler
{
    private const string Nothing = "nothing asks for a change";

    /// <summary>
    /// A workload at zero is brought back ahead of requests when the forecast's median is above this share of what a
    /// replica carries; below it, forecasts do not tell little from nothing.
    /// </summary>
    private const double ForeseenShare = 0.01;

    private readonly ScalePolicy policy;
    private readonly RuleTracker[] rules;
    private readonly string[] ruleTexts;
    private readonly string[] targetTexts;
    private readonly ScheduledMinimum[] schedules;

    // Nothing but schedules: between them there is no other reason for replicas than the minimum.
    private readonly bool isScheduleAlone;
    private readonly RateLimiter limiter;
    private readonly SleepWatch sleep;
    private readonly Stabiliser load;
    private readonly Stabiliser other;

    /// <param name="policy">Checked by the compiler.</param>
    /// <param name="interval">From one tick to the next.</param>
    public WorkloadScaler(ScalePolicy policy, TimeSpan interval)
    {
        this.policy = policy;
        rules = [.. policy.Rules.Select(rule => new RuleTracker(rule))];
        ruleTexts = [.. policy.Rules.Select(PolicyText.Of)];
        targetTexts = [.. policy.Targets.Select(PolicyText.Of)];
        schedules = [.. policy.Schedules.Select(schedule => new ScheduledMinimum(schedule))];
        isScheduleAlone = schedules.Length > 0 && policy is { Targets.Count: 0, Rules.Count: 0, Prediction: null };
        limiter = new RateLimiter(policy.Up, policy.Down);
        sleep = new SleepWatch(policy);
        int up = Ticks(policy.Up.Window), down = Ticks(policy.Down.Window);
        load = new Stabiliser(up, down);
        other = new Stabiliser(up, down);

        int Ticks(TimeSpan window) => (int)Math.Ceiling(window / interval);
    }

    public ScalePolicy Policy => policy;

    /// <summary>Decides on what is seen now.</summary>
    /// <param name="seen">Everything that is known.</param>
    /// <param name="prediction">Null where there is no forecast.</param>
    public Verdict Decide(Observation seen, Prediction? prediction)
    {
        var asked = new Asked(policy.Targets.Count + rules.Length + 1);
        var (loadWish, otherWish) = AskTargets(seen, asked);
        var rest = Larger(otherWish, AskRules(seen, asked));
        var wish = Larger(loadWish, rest);
        if (policy.Prediction is not null && (double.IsNaN(seen.Demand) || IsDemandPartial(seen)))
            asked.Missing.Add("demand");
        if (prediction is { IsBehind: true })
            asked.Missing.Add("forecast");
        if (prediction is { IsMissing: false })
        {
            wish = Foresee(wish, loadWish, rest, prediction);
            asked.Proposals.Add(new Proposal("prediction", prediction.Wanted, seen.Demand));
            if (prediction.IsTrusted && prediction.Quantiles.Median >= ForeseenShare * prediction.Capacity)
                asked.Holder ??= "demand is foreseen";
        }
        var chosen = wish ?? (isScheduleAlone
            ? new Wish(policy.Min, "schedules alone")
            : new Wish(seen.Replicas, Nothing));
        if (asked.Missing.Count > 0 && chosen.Replicas < seen.Replicas)
            chosen = new Wish(seen.Replicas, "nothing scales down while signals are missing");
        var scheduled = Scheduled(seen);
        var rests = sleep.Judge(seen, Holder(asked, scheduled));
        chosen = Sleep(chosen, wish, asked.Holder, rests, seen);
        var (wanted, bound) = Bound(chosen.Replicas, seen, scheduled, rests);
        return new Verdict
        {
            Wanted = wanted,
            Wished = chosen.Replicas,
            Winner = chosen.Source,
            Bound = bound,
            Sleep = rests.Words,
            Proposals = asked.Proposals,
            Missing = asked.Missing,
            Prediction = prediction,
        };
    }

    /// <summary>Tells that the replicas were changed as decided; limits count it, and cooldowns begin.</summary>
    public void Changed(int change, long nowUnixMs)
    {
        limiter.Record(change, nowUnixMs);
        foreach (var rule in rules)
            rule.Changed(change);
    }

    // What keeps the last replica, or brings the first one.
    private static string? Holder(Asked asked, int scheduled)
    {
        if (asked.Missing.Count > asked.Unmeasurable)
            return $"not known: {string.Join(", ", asked.Missing)}";
        return scheduled > 0 ? FormattableString.Invariant($"a schedule wants {scheduled}") : asked.Holder;
    }

    // Parts of a policy that speak in shares never ask for none: going to zero is decided beside them, once they ask
    // for one at the most; and at zero nobody asks but who can without any replica.
    private Wish Sleep(Wish chosen, Wish? wish, string? holder, SleepVerdict rests, Observation seen)
    {
        if (policy.Min > 0)
            return chosen;
        if (seen.Replicas > 0)
            return rests.Least == 0 && !(wish?.Replicas > 1) ? new Wish(0, rests.Words) : chosen;
        var waking = holder is null ? new Wish(0, rests.Words) : chosen;
        return waking.Replicas < rests.Least ? new Wish(rests.Least, rests.Bound) : waking;
    }

    private (Wish? Load, Wish? Other) AskTargets(Observation seen, Asked asked)
    {
        Wish? loadWish = null, otherWish = null;
        bool hasLoad = false, hasOther = false;
        for (var i = 0; i < policy.Targets.Count; i++)
        {
            var target = policy.Targets[i];
            var isLoad = IsLoad(target.Signal);
            (hasLoad, hasOther) = (hasLoad || isLoad, hasOther || !isLoad);
            var wanted = Track(target, seen);
            asked.Proposals.Add(
                new Proposal(targetTexts[i], wanted, SignalValues.Of(target.Signal, target.Query, seen)));
            if (wanted is null || SignalValues.IsPartial(target.Signal, target.Query, seen))
                asked.Miss(target.Signal, target.Query, seen);
            if (wanted is not { } replicas)
                continue;
            if (replicas > (SignalValues.IsShare(target.Signal) ? 1 : 0))
                asked.Holder ??= targetTexts[i];
            var wish = new Wish(replicas, targetTexts[i]);
            if (isLoad)
                loadWish = Larger(loadWish, wish);
            else
                otherWish = Larger(otherWish, wish);
        }
        return (Stabilise(load, hasLoad, loadWish, seen), Stabilise(other, hasOther, otherWish, seen));
    }

    // A tick without an answer counts as one that wanted what there is: the window goes on to hold.
    private static Wish? Stabilise(Stabiliser window, bool exists, Wish? wish, Observation seen)
    {
        if (!exists)
            return null;
        var followed = window.Push(wish?.Replicas ?? seen.Replicas, seen.Replicas);
        return wish is { } known ? known with { Replicas = followed } : null;
    }

    private int? Track(ScaleTarget target, Observation seen) => target.Signal switch
    {
        ScaleSignal.Cpu => TargetTracking.ByShare(seen.Cpu, target.Value, policy.Tolerance, seen.Replicas),
        ScaleSignal.Memory => TargetTracking.ByShare(seen.Memory, target.Value, policy.Tolerance, seen.Replicas),
        _ when target.PerReplica => TargetTracking.BySum(
            SignalValues.Sum(target.Signal, target.Query, seen), target.Value, policy.Tolerance, seen.Replicas),
        _ => TargetTracking.ByValue(
            SignalValues.Of(target.Signal, target.Query, seen), target.Value, policy.Tolerance, seen.Ready,
            seen.Replicas),
    };

    private Wish? AskRules(Observation seen, Asked asked)
    {
        Wish? largest = null;
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i].Rule;
            var value = SignalValues.Of(rule.Signal, rule.Query, seen);
            var wanted = rules[i].Push(value, seen.Replicas, seen.AtUnixMs);
            asked.Proposals.Add(new Proposal(ruleTexts[i], wanted, value));
            if (double.IsNaN(value) || SignalValues.IsPartial(rule.Signal, rule.Query, seen))
                asked.Miss(rule.Signal, rule.Query, seen);
            if (wanted is not { } replicas)
                continue;
            largest = Larger(largest, new Wish(replicas, ruleTexts[i]));
            if (replicas > 0 && replicas >= seen.Replicas)
                asked.Holder ??= ruleTexts[i];
        }
        return largest;
    }

    // More is always granted. Less only where the forecast is trusted, against targets of the load alone, and to no
    // fewer than the policy's risk allows; and what is here now must be served whatever the forecast says.
    private static Wish Foresee(Wish? reactive, Wish? loadWish, Wish? rest, Prediction prediction)
    {
        var wanted = Math.Max(prediction.Wanted, prediction.Floor);
        if (reactive is not { } asked || wanted >= asked.Replicas)
            return new Wish(wanted, "prediction");
        if (!prediction.IsTrusted || loadWish is null || rest?.Replicas >= asked.Replicas)
            return asked;
        var least = Math.Max(Math.Max(wanted, prediction.RiskFloor), rest?.Replicas ?? 0);
        return least < asked.Replicas ? new Wish(least, "prediction within its risk") : asked;
    }

    // Limits pace the way between the bounds; the way into them is taken at once.
    private (int Wanted, string Bound) Bound(int wished, Observation seen, int scheduled, SleepVerdict rests)
    {
        var least = Math.Min(policy.Max, Math.Max(rests.Least, scheduled));
        var goal = Math.Clamp(wished, least, policy.Max);
        var wanted = Math.Clamp(limiter.Limit(seen.Replicas, goal, seen.AtUnixMs), least, policy.Max);
        if (wanted != goal)
            return (wanted, "behaviour");
        if (goal < wished)
            return (wanted, FormattableString.Invariant($"max {policy.Max}"));
        if (goal == wished)
            return (wanted, "");
        return (wanted, scheduled > rests.Least
            ? FormattableString.Invariant($"schedule, at least {scheduled}")
            : rests.Bound);
    }

    private int Scheduled(Observation seen)
    {
        var scheduled = 0;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(seen.AtUnixMs);
        foreach (var schedule in schedules)
            scheduled = Math.Max(scheduled, schedule.At(now));
        return scheduled;
    }

    private bool IsDemandPartial(Observation seen) =>
        SignalValues.IsPartial(CapacityInForce.DemandSignal(policy), policy.Prediction?.Demand, seen);

    private static bool IsLoad(ScaleSignal signal) =>
        signal is ScaleSignal.Cpu or ScaleSignal.RequestsPerSecond or ScaleSignal.Concurrency;

    private static Wish? Larger(Wish? a, Wish? b) => a is null || b?.Replicas > a.Value.Replicas ? b : a;

    private readonly record struct Wish(int Replicas, string Source);
}
