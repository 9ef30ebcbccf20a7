namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Why a query has no result.</summary>
internal enum QueryFailure : byte
{
    /// <summary>The query text or its parameters are wrong.</summary>
    BadQuery,

    /// <summary>The data does not allow it: duplicate series, bad parameters.</summary>
    Execution,

    /// <summary>It would hold more samples in memory than allowed.</summary>
    TooManySamples,

    /// <summary>It ran longer than allowed.</summary>
    Timeout,

    /// <summary>The caller gave up.</summary>
    Cancelled,
}
