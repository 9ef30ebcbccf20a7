using Flyball.Load.Driving;
using Flyball.Load.Measuring;

namespace Flyball.Load.Reporting;

/// <summary>A run as JSON.</summary>
internal sealed record LoadSummary
{
    public required string Url { get; init; }

    public required double ElapsedSeconds { get; init; }

    /// <summary>Requests that were due; each is either answered or one of the errors.</summary>
    public required long Due { get; init; }

    public required double DuePerSecond { get; init; }

    public required long Answered { get; init; }

    /// <summary>Answers of 400 and more, and requests without an answer.</summary>
    public required long Failed { get; init; }

    /// <summary>Answers by status.</summary>
    public required IReadOnlyDictionary<string, long> Statuses { get; init; }

    /// <summary>Requests without an answer: connect, closed, protocol, timeout, dropped, unfinished.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>What <c>--slo</c> said; null without it.</summary>
    public required double? SloMs { get; init; }

    /// <summary>Good answers later than that.</summary>
    public required long Slow { get; init; }

    /// <summary>Slow and failed ones of all that were due, percent.</summary>
    public required double ViolationPercent { get; init; }

    /// <summary>From when requests were due, those that ran out of time included.</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>From when they left.</summary>
    public required LatencySummary Service { get; init; }

    /// <summary>How late the generator itself came to them.</summary>
    public required LatencySummary Lateness { get; init; }

    public required long ConnectionsOpened { get; init; }

    public required long Repeated { get; init; }

    public required long ReceivedBytes { get; init; }

    public static LoadSummary Of(LoadPlan plan, Uri url, LoadOutcome outcome) => new()
    {
        Url = url.ToString(),
        ElapsedSeconds = outcome.Elapsed.TotalSeconds,
        Due = outcome.Due,
        DuePerSecond = outcome.Due
            / Math.Max(1e-9, Math.Min(outcome.Elapsed.TotalSeconds, plan.Curve.Duration.TotalSeconds)),
        Answered = outcome.Answered,
        Failed = outcome.Failed,
        Statuses = outcome.Statuses.ToDictionary(one => one.Key.ToString(), one => one.Value),
        Errors = outcome.Failures.ToDictionary(one => one.Kind.ToString().ToLowerInvariant(), one => one.Count),
        SloMs = plan.Objective?.TotalMilliseconds,
        Slow = outcome.Slow,
        ViolationPercent = LateOrFailedPercent(outcome),
        Latency = outcome.Latency,
        Service = outcome.Service,
        Lateness = outcome.Lateness,
        ConnectionsOpened = outcome.Opened,
        Repeated = outcome.Repeated,
        ReceivedBytes = outcome.ReceivedBytes,
    };

    public static double LateOrFailedPercent(LoadOutcome outcome) =>
        outcome.Due == 0 ? 0 : 100.0 * (outcome.Slow + outcome.Failed) / outcome.Due;
}
