namespace Flyball.Contracts.Metrics;

/// <summary>Whether a sink has what it was given.</summary>
public enum SinkOutcome
{
    /// <summary>All that was accepted is durable; what was refused will be refused again.</summary>
    Stored,

    /// <summary>
    /// Nothing may be taken for stored: the disk refuses, or the store is still starting. Repeat the batch later; what
    /// was taken already is recognised.
    /// </summary>
    Unavailable,

    /// <summary>Too many batches at once. Repeat the batch later.</summary>
    Busy,
}
