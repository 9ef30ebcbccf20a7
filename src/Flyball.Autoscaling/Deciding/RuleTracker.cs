using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// One rule over time: it asks for a step when its condition held for long enough, then keeps what it asked for during
/// its cooldown.
/// </summary>
internal sealed class RuleTracker(ScaleRule rule)
{
    private long? heldSinceUnixMs;
    private long quietUntilUnixMs = long.MinValue;
    private long? askedAtUnixMs;

    public ScaleRule Rule => rule;

    /// <summary>
    /// Replicas it asks for; null when it has nothing to say, which is also the answer to a value that is not known.
    /// </summary>
    public int? Push(double value, int current, long nowUnixMs)
    {
        bool isQuiet = nowUnixMs < quietUntilUnixMs;
        askedAtUnixMs = null;
        bool holds = rule.Above ? value > rule.Threshold : value < rule.Threshold;
        holds |= rule.OrEqual && value == rule.Threshold;
        if (!holds)
        {
            heldSinceUnixMs = null;
            return isQuiet ? current : null;
        }
        heldSinceUnixMs ??= nowUnixMs;
        bool isDue = nowUnixMs - heldSinceUnixMs >= (long)rule.For.TotalMilliseconds;
        if (isDue && !isQuiet)
        {
            askedAtUnixMs = nowUnixMs;
            return Moved(current);
        }
        // Whoever is above the threshold loses no replica to another part of the policy meanwhile.
        return rule.Above || isQuiet ? current : null;
    }

    /// <summary>
    /// Tells that replicas were changed; the cooldown runs when this rule had just asked for a step that way. A step
    /// that was only advised, or held back by a pin or by a write that was lost, is asked for again.
    /// </summary>
    public void Changed(int change)
    {
        if (askedAtUnixMs is { } asked && (rule.Above ? change > 0 : change < 0))
            quietUntilUnixMs = asked + (long)rule.Cooldown.TotalMilliseconds;
    }

    private int Moved(int current)
    {
        int step = rule.Percent is { } share ? Math.Max(1, (int)Math.Ceiling(current * share - 1e-9)) : rule.Step ?? 1;
        return rule.Above ? current + step : Math.Max(0, current - step);
    }
}
