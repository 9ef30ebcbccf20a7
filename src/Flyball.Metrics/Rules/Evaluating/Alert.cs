using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>One alert of a rule, as of its last evaluation. Times are Unix milliseconds, 0 for never.</summary>
internal sealed record Alert
{
    /// <summary>Identify the alert; <c>alertname</c> among them.</summary>
    public required Labels Labels { get; init; }

    public required Labels Annotations { get; init; }

    public required AlertState State { get; init; }

    public required double Value { get; init; }

    /// <summary>Since when the condition holds.</summary>
    public required long ActiveAtMs { get; init; }

    public long FiredAtMs { get; init; }

    public long ResolvedAtMs { get; init; }

    /// <summary>Since when the alert fires although its condition is over.</summary>
    public long KeptFiringSinceMs { get; init; }

    /// <summary>When it was handed to the notifier last.</summary>
    public long SentAtMs { get; init; }

    /// <summary>When a receiver may take it for resolved unless it hears of it again.</summary>
    public long ValidUntilMs { get; init; }

    public bool IsActive => State != AlertState.Inactive;

    /// <summary>A firing alert is due again and again, a resolved one once after it was sent last.</summary>
    public bool NeedsSending(long nowMs, long resendMs)
    {
        if (State == AlertState.Pending) return false;
        if (ResolvedAtMs > SentAtMs) return true;
        return SentAtMs + resendMs < nowMs;
    }
}
