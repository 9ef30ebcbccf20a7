namespace Flyball.Load.Measuring;

/// <summary>What happened in one interval.</summary>
internal sealed record IntervalCounts
{
    /// <summary>Since the start, at the interval's end.</summary>
    public required double Seconds { get; init; }

    public required double LengthSeconds { get; init; }

    /// <summary>Requests that became due.</summary>
    public required long Due { get; init; }

    public required long Answered { get; init; }

    /// <summary>Answers of 400 and more, and requests without an answer.</summary>
    public required long Failed { get; init; }

    /// <summary>Good answers that came later than the objective.</summary>
    public required long Slow { get; init; }

    /// <summary>At the end: due, without a connection.</summary>
    public required int Waiting { get; init; }

    /// <summary>At the end: on their way.</summary>
    public required int InFlight { get; init; }

    public required LatencySummary Latency { get; init; }
}
