namespace Flyball.Base.Work;

/// <summary>A delay that never ends early and can be raced against other tasks.</summary>
public static class Pause
{
    /// <summary>
    /// <c>Task.Delay</c> cuts off parts of a millisecond, so that a loop which waits for the rest of a time spins
    /// through the last of it; and when it is cancelled it completes a <c>Task.WhenAny</c> over it on the thread pool,
    /// where the simulator has nobody. This one rounds up, and comes back on the caller's context.
    /// </summary>
    public static async Task ForAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellation) =>
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)), time, cancellation);
}
