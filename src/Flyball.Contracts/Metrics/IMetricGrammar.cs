namespace Flyball.Contracts.Metrics;

/// <summary>Whether a text is PromQL, for whoever takes some from users and runs it later.</summary>
public interface IMetricGrammar
{
    /// <summary>
    /// What is wrong with an expression that should give one value a series, with line and column in it:
    /// <c>1:5: parse error: …</c>. Null when nothing is. Asks no store.
    /// </summary>
    string? ProblemOf(string expression);
}
