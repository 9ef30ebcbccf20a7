namespace Flyball.Autoscaling.Signals;

/// <summary>Time that one kind of query may take in one pass, all of its queries together.</summary>
internal sealed class TimeAllowance(TimeProvider time, TimeSpan whole)
{
    private TimeSpan left = whole;

    public TimeSpan Whole { get; } = whole;

    /// <summary>Never below zero.</summary>
    public TimeSpan Left => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The beginning of what <see cref="Spend"/> takes off.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Takes off the time since <paramref name="began"/>.</summary>
    public void Spend(long began) => left -= time.GetElapsedTime(began);
}
