namespace Flyball.Autoscaling.Deciding;

/// <summary>What a policy makes of an observation.</summary>
internal sealed record Verdict
{
    /// <summary>Replicas wanted, within every bound.</summary>
    public required int Wanted { get; init; }

    /// <summary>The part of the policy that won.</summary>
    public required string Winner { get; init; }

    /// <summary>What held the winner's wish back or raised it: <c>max 20</c>; empty when nothing did.</summary>
    public string Bound { get; init; } = "";

    /// <summary>What was wished before the bounds.</summary>
    public required int Wished { get; init; }

    /// <summary>Where the last replica may go: how things stand with that. Empty elsewhere.</summary>
    public string Sleep { get; init; } = "";

    public required IReadOnlyList<Proposal> Proposals { get; init; }

    /// <summary>Signals that are not known or only in part; while there is one nothing scales down.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Null without a forecast.</summary>
    public Predicting.Prediction? Prediction { get; init; }
}
