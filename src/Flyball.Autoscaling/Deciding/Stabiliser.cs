using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// Kubernetes' stabilisation windows: down only to the highest, up only to the lowest, that was asked for lately.
/// </summary>
internal sealed class Stabiliser(int upTicks, int downTicks)
{
    private readonly HeldMaximum highest = new(Math.Max(1, downTicks));
    private readonly HeldMaximum negatedLowest = new(Math.Max(1, upTicks));

    /// <summary>Takes in what is asked for at this tick and answers what may be followed.</summary>
    public int Push(int desired, int current)
    {
        int up = -negatedLowest.Push(-desired);
        int down = highest.Push(desired);
        return Math.Clamp(current, up, down);
    }
}
