using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>A query to evaluate and what it should give.</summary>
internal sealed class EvalCommand(string expression, QueryTimes times, int line)
{
    public string Expression => expression;

    public QueryTimes Times => times;

    /// <summary>From 1.</summary>
    public int Line => line;

    public List<Expectation> Expectations { get; } = [];

    /// <summary>The expected series in the order they are listed.</summary>
    public Dictionary<Labels, ExpectedSeries> Series { get; } = [];

    public double? Scalar { get; set; }

    public string? Text { get; set; }

    /// <summary>Where the points of an expected range vector lie, when an instant query gives one.</summary>
    public QueryTimes? RangeTimes { get; set; }

    public bool IsOrdered => Has(ExpectationKind.Ordered);

    public bool MayFail => Has(ExpectationKind.Fail);

    public bool Has(ExpectationKind kind) => Expectations.Exists(one => one.Kind == kind);

    public IEnumerable<Expectation> Of(ExpectationKind kind) => Expectations.Where(one => one.Kind == kind);
}
