namespace Flyball.Autoscaling.Policies;

/// <summary>
/// Knows a burst that no forecast saw coming, and whether it is worth following: from then on the policy wants no less
/// than reacting would, until the burst is over or the forecasts cover it.
/// </summary>
/// <remarks>
/// Following is like renting before buying: what was late so far, at the policy's price, must have come to what the
/// missing replicas cost until they are ready. A careless policy so lets short bursts pass, a careful one follows at
/// once, and none pays more than about twice what it would have paid had it known.
/// </remarks>
/// <param name="startupTicks">Ticks from asking for a replica to its being ready.</param>
/// <param name="longestTicks">What lasts longer is no burst: by then the forecasts have learnt it.</param>
internal sealed class UnforeseenBurst(int startupTicks, int longestTicks)
{
    // What comes seldomer than this is not foreseen. A quiet load passes it a few times a day, which costs little.
    private const double ChanceMax = 3e-4;

    private int beganAt;
    private int before;
    private double owed;
    private bool isFollowed;

    /// <summary>Whether there is one now.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Takes in a tick and answers whether the reaction is the least to want.</summary>
    /// <param name="index">Number of the tick.</param>
    /// <param name="chance">The chance that the forecast had given to so much load, or more.</param>
    /// <param name="lateCost">What this tick's late work costs, in replica-ticks; 0 when nothing is late.</param>
    /// <param name="reaction">Replicas for the load seen, held as a reactive policy does, without a margin.</param>
    /// <param name="wish">Replicas that the forecasts want.</param>
    public bool MustFollow(int index, double chance, double lateCost, int reaction, int wish)
    {
        if (!IsOn && chance < ChanceMax && reaction > wish)
            (IsOn, beganAt, owed, isFollowed) = (true, index, 0, false);
        else if (!IsOn)
            before = reaction;
        if (!IsOn)
            return false;
        IsOn = reaction > Math.Max(before, wish) && index - beganAt < longestTicks;
        owed += lateCost;
        isFollowed |= owed >= (double)(reaction - wish) * startupTicks;
        return IsOn && isFollowed;
    }
}
