namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>Where an alert stands.</summary>
internal enum AlertState
{
    /// <summary>The condition is over; kept for a while so that receivers learn of it.</summary>
    Inactive,

    /// <summary>The condition holds, but not for long enough.</summary>
    Pending,

    Firing,
}
