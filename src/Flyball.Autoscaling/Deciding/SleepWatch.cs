using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// Whether the last replica of a workload may go: only where its policy says <c>min: 0</c>, and only after nothing has
/// asked for it for as long as the policy says. What is not known lets nothing go. One call a tick.
/// </summary>
internal sealed class SleepWatch
{
    private readonly ScalePolicy policy;
    private readonly TimeSpan idle;
    private readonly bool canWakeUnrouted;
    private long? quietSinceUnixMs;

    public SleepWatch(ScalePolicy policy)
    {
        this.policy = policy;
        idle = policy.Idle ?? ScalePolicy.IdleUsually;
        canWakeUnrouted = policy.Schedules.Count > 0 || policy.Prediction?.Demand is not null
            || policy.Targets.Any(target => target.Signal == ScaleSignal.Query)
            || policy.Rules.Any(rule => rule is { Signal: ScaleSignal.Query, Above: true });
    }

    public static string Waiting(int requests) => FormattableString.Invariant(
        $"{requests} {(requests == 1 ? "request waits" : "requests wait")} for an instance");

    /// <param name="seen">What is seen now.</param>
    /// <param name="holder">A part of the policy that wants the replica; null when none does.</param>
    public SleepVerdict Judge(Observation seen, string? holder)
    {
        if (policy.Min > 0)
            return new SleepVerdict(policy.Min, FormattableString.Invariant($"min {policy.Min}"), "");
        var why = holder ?? WhyAwake(seen);
        if (why is not null)
            quietSinceUnixMs = null;
        else
            quietSinceUnixMs ??= seen.AtUnixMs;
        if (seen.Replicas == 0)
            return Asleep(seen);
        var quiet = TimeSpan.FromMilliseconds(seen.AtUnixMs - (quietSinceUnixMs ?? seen.AtUnixMs));
        var needed = PolicyText.Span(idle);
        if (why is not null)
            return new SleepVerdict(1, "one until it is idle", $"to zero when idle for {needed}; not now: {why}");
        if (seen.HasRoute && seen.Use.UnusedFor < quiet)
            quiet = seen.Use.UnusedFor.Value;
        if (quiet < idle)
            return new SleepVerdict(
                1, "one until it is idle", $"to zero when idle for {needed}, so far for {PolicyText.Span(quiet)}");
        return new SleepVerdict(
            0, "", seen.HasRoute ? $"no request for {needed}" : $"nothing asked for it for {needed}");
    }

    private static SleepVerdict Asleep(Observation seen)
    {
        if (seen.Use.Waiting > 0)
            return new SleepVerdict(1, Waiting(seen.Use.Waiting), "at zero, and requests wait");
        return seen.HasRoute && seen.DeafTo is { } gateway
            ? new SleepVerdict(
                1, $"the gateway {gateway} could not wake it", $"at zero, and the gateway {gateway} is not heard")
            : new SleepVerdict(0, "", "at zero until a request comes");
    }

    // Null when nothing is known that speaks against letting it go.
    private string? WhyAwake(Observation seen)
    {
        if (seen.Use.Waiting > 0)
            return Waiting(seen.Use.Waiting);
        if (!seen.HasRoute)
            return canWakeUnrouted ? null : "nothing could bring it back";
        if (seen.Use.Unheard is { } gateway)
            return $"the gateway {gateway} does not tell what it is asked for";
        if (seen.Use.UnusedFor is null)
            return "no gateway tells what it is asked for";
        return seen.GatewayWentLately ? "a gateway has gone lately and may still send requests" : null;
    }
}
