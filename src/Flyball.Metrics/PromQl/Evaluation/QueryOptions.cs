namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>How queries are evaluated; the defaults are Prometheus'.</summary>
internal sealed record QueryOptions
{
    /// <summary>Parts of the language that are experimental; all off.</summary>
    public PromQlFeatures Features { get; init; } = PromQlFeatures.Stable;

    /// <summary>How long a sample stands for its series when none follows. Default 5 minutes.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The step of subqueries that name none. Default 1 minute.</summary>
    public TimeSpan SubqueryStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Samples in memory at one time; a series over n steps counts as n. Default 50 million.
    /// </summary>
    public int MaxSamples { get; init; } = 50_000_000;

    /// <summary>Steps of a range query at most; an HTTP door may ask for fewer. Default 1 million.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>The longest evaluation. Default 2 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Metric names fall at the end of the query instead of at each function (experimental).</summary>
    public bool DelayedNameRemoval { get; init; }

    /// <summary>Counters are told by the <c>__type__</c> label instead of by name (experimental).</summary>
    public bool TypeAndUnitLabels { get; init; }

    /// <summary>Rates know when counters started (experimental).</summary>
    public bool StartTimestamps { get; init; }
}
