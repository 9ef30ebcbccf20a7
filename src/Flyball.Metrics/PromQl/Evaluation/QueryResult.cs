using System.Diagnostics.CodeAnalysis;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>What a query gave: a value with annotations, or an error.</summary>
internal sealed record QueryResult
{
    public ExprType Type { get; init; }

    /// <summary>
    /// Series of a matrix, sorted by labels; of a vector (one sample each), in the order that the query asks for; of a
    /// scalar (no labels).
    /// </summary>
    public IReadOnlyList<ResultSeries> Series { get; init; } = [];

    /// <summary>The value of a string expression.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<string> Infos { get; init; } = [];

    /// <summary>Null when the query succeeded.</summary>
    public string? Error { get; init; }

    public QueryFailure Failure { get; init; }

    /// <summary>Samples read from storage.</summary>
    public long ReadSamples { get; init; }

    /// <summary>Samples held in memory at the worst moment.</summary>
    public long PeakSamples { get; init; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static QueryResult Failed(string error, QueryFailure failure) => new() { Error = error, Failure = failure };
}
