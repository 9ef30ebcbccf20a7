namespace Flyball.Contracts.Metrics;

/// <summary>Why a query has no answer.</summary>
public enum MetricQueryFailure
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The expression or its times are wrong.</summary>
    BadQuery,

    /// <summary>The data does not allow it, or it would need too many samples.</summary>
    Execution,

    /// <summary>It ran longer than allowed.</summary>
    Timeout,

    /// <summary>Too many queries at once, or the store is still starting.</summary>
    Unavailable,
}
