namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>How the series of two vectors find each other.</summary>
internal sealed record VectorMatching
{
    public Cardinality Cardinality { get; init; }

    /// <summary>The labels of <c>on</c> or <c>ignoring</c>, as written.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether <see cref="Labels"/> are compared (<c>on</c>) or left out (<c>ignoring</c>).</summary>
    public bool IsOn { get; init; }

    /// <summary>Labels that the "one" side gives to the result.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Stands for a missing series on the left; null drops the pair.</summary>
    public double? FillLeft { get; init; }

    /// <summary>Stands for a missing series on the right; null drops the pair.</summary>
    public double? FillRight { get; init; }

    public bool HasFill => FillLeft is not null || FillRight is not null;
}
