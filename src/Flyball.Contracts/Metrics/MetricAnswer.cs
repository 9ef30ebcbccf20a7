namespace Flyball.Contracts.Metrics;

/// <summary>A query's matrix, or why there is none.</summary>
public sealed record MetricAnswer
{
    /// <summary>Empty when the query failed.</summary>
    public MetricMatrix Matrix { get; init; } = MetricMatrix.Empty;

    public MetricQueryFailure Failure { get; init; }

    /// <summary>A sentence about the failure; empty when there is none.</summary>
    public string Error { get; init; } = "";

    /// <summary>What a person should know about a result that is nevertheless given.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public bool IsSuccess => Failure == MetricQueryFailure.None;
}
