namespace Flyball.Load.Measuring;

/// <summary>
/// What a whole run came to. Each request that was due is in exactly one of the statuses or failures.
/// </summary>
internal sealed record LoadOutcome
{
    public required TimeSpan Elapsed { get; init; }

    public required long Due { get; init; }

    public required long Answered { get; init; }

    /// <summary>Answers of 400 and more, and requests without an answer.</summary>
    public required long Failed { get; init; }

    /// <summary>Whether the server did its work at least once.</summary>
    public bool HasGoodAnswer => Statuses.Keys.Any(status => status < 400);

    /// <summary>Good answers that came later than the objective.</summary>
    public required long Slow { get; init; }

    public required long Opened { get; init; }

    public required long Repeated { get; init; }

    public required long ReceivedBytes { get; init; }

    public required SortedDictionary<int, long> Statuses { get; init; }

    public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>From the intended time.</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>From when the request left, or its connection was opened.</summary>
    public required LatencySummary Service { get; init; }

    /// <summary>How late the generator itself came to the requests.</summary>
    public required LatencySummary Lateness { get; init; }
}

