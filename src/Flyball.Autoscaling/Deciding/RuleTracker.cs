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

    public ScaleRule Rule => rule;

    /// <summary>
    /// Replicas it asks for; null when it has nothing to say, which is also the answer to a value that is not known.
    /// </summary>
    public int? Push(double value, int current, long nowUnixMs)
    {
        bool isQuiet = nowUnixMs < quietUntilUnixMs;
        bool holds = rule.Above ? value > rule.Threshold : value < rule.Threshold;
        if (!holds)
        {
            heldSinceUnixMs = null;
            return isQuiet ? current : null;
        }
        heldSinceUnixMs ??= nowUnixMs;
        bool isDue = nowUnixMs - heldSinceUnixMs >= (long)rule.For.TotalMilliseconds;
        if (isDue && !isQuiet)
        {
            quietUntilUnixMs = nowUnixMs + (long)rule.Cooldown.TotalMilliseconds;
            return Moved(current);
        }
        // Whoever is above the threshold loses no replica to another part of the policy meanwhile.
        return rule.Above || isQuiet ? current : null;
    }

    private int Moved(int current)
    {
        int step = rule.Percent is { } share ? Math.Max(1, (int)Math.Ceiling(current * share - 1e-9)) : rule.Step ?? 1;
        return rule.Above ? current + step : Math.Max(0, current - step);
    }
}
