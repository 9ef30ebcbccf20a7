namespace Flyball.Base.Loops;

/// <summary>Whoever is told that a time has come.</summary>
public interface ITimed
{
    void OnTimer();
}

/// <summary>One time-out of a <see cref="TimerWheel"/>, kept with whom it concerns.</summary>
public sealed class LoopTimer(ITimed owner)
{
    public ITimed Owner => owner;

    /// <summary>In the loop's timestamps; <see cref="long.MaxValue"/> while nothing is due.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>The tick of the slot it is linked in; -1 for none.</summary>
    public long Tick { get; set; } = -1;

    public LoopTimer? Previous { get; set; }

    public LoopTimer? Next { get; set; }
}
