using System.Diagnostics;

namespace Flyball.Load.Driving;

/// <summary>The kernel's monotonic clock, in nanoseconds, which the poller's timer follows too.</summary>
internal static class MonotonicClock
{
    public const long Second = 1_000_000_000;

    public static long Now => Stopwatch.GetTimestamp();

    public static long Of(TimeSpan span) => span.Ticks * 100;
}
