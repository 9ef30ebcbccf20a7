namespace Flyball.Gateway.Resilience;

/// <summary>How much extra load retries may make, an upstream.</summary>
public sealed record RetryBudgetOptions
{
    /// <summary>Retries per request; default 0.2: a fifth more load at most.</summary>
    public double Share { get; init; } = 0.2;

    /// <summary>Retries a second that are always allowed, so that quiet services have some; default 3.</summary>
    public double PerSecondMin { get; init; } = 3;

    /// <summary>
    /// Unused retries that are kept for a bad moment (an instance that dies with requests in flight); default 1,000.
    /// </summary>
    public int TokensMax { get; init; } = 1_000;
}
