namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>
/// Since when an alert is active, after a time in which nobody looked: as if that time had not passed, but never so
/// that it fires within the grace period, in which the targets may not have been scraped yet.
/// </summary>
internal static class AlertRestoration
{
    /// <param name="activeAtMs">Since when it was active before.</param>
    /// <param name="lastSeenMs">When that was written last.</param>
    /// <param name="nowMs">The time of the restoration.</param>
    /// <param name="holdMs">How long the condition must hold.</param>
    /// <param name="graceMs">The grace period.</param>
    public static long ActiveAt(long activeAtMs, long lastSeenMs, long nowMs, long holdMs, long graceMs)
    {
        long remainingMs = holdMs - (lastSeenMs - activeAtMs);
        // It had fired: it goes on firing at the next evaluation.
        if (remainingMs <= 0) return activeAtMs;
        if (remainingMs < graceMs) return nowMs + graceMs - holdMs;
        return activeAtMs + (nowMs - lastSeenMs);
    }
}
