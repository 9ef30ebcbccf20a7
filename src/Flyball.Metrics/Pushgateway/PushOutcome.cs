namespace Flyball.Metrics.Pushgateway;

/// <summary>What became of a push.</summary>
internal enum PushOutcome
{
    /// <summary>It survives a restart.</summary>
    Stored,

    /// <summary>It contradicts what another group says about the same metric.</summary>
    Inconsistent,

    /// <summary>There are as many groups as may be.</summary>
    TooManyGroups,

    /// <summary>All groups together would be larger than may be.</summary>
    TooLarge,

    /// <summary>The disk refuses.</summary>
    Unavailable,
}
