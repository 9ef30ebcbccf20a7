using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>Selects series by their labels.</summary>
internal sealed class VectorSelector(string name, IReadOnlyList<LabelMatcher> matchers, TextRange range) : Expr
{
    private TextRange range = range;

    /// <summary>The metric name before the braces, or empty.</summary>
    public string Name => name;

    /// <summary>All conditions, the one on <see cref="Name"/> last.</summary>
    public IReadOnlyList<LabelMatcher> Matchers => matchers;

    public TimeShift Shift { get; } = new();

    /// <summary>Range functions take the samples at the range's boundaries as they stood there.</summary>
    public bool IsAnchored { get; set; }

    /// <summary>Values at boundaries are interpolated.</summary>
    public bool IsSmoothed { get; set; }

    /// <summary>The second argument of <c>info</c> may match everything.</summary>
    public bool MayMatchEverything { get; set; }

    public override TextRange Range => range;

    public override ExprType Type => ExprType.Vector;

    public void ExtendTo(int end) => range = range with { End = end };
}
