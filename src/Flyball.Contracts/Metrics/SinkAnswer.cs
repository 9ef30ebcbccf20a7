namespace Flyball.Contracts.Metrics;

/// <summary>What became of a batch.</summary>
public sealed record SinkAnswer(SinkOutcome Outcome, int Accepted, IReadOnlyList<SinkRefusal> Refused)
{
    /// <summary>The labels of the first series that was refused, for a message; empty when none was.</summary>
    public string FirstRefused { get; init; } = "";

    public bool IsComplete => Outcome == SinkOutcome.Stored && Refused.Count == 0;
}
