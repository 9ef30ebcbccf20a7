namespace Flyball.Metrics.Api.Tests.Hosting;

/// <summary>PromQL that others take from users: what is wrong with it is said before it runs.</summary>
public sealed class MetricGrammarTests
{
    [Theory]
    [InlineData("sum(jobs_waiting)")]
    [InlineData("1")]
    public void ProblemOf_WhatGivesOneValue_IsNothing(string expression) =>
        Assert.Null(MetricsCommands.ProblemOfExpression(expression));

    [Theory]
    [InlineData("sum(", "1:5: parse error")]
    [InlineData("cpu = 3", "1:5: parse error")]
    [InlineData("jobs[5m]", "it gives a range vector, and one value a series is needed")]
    public void ProblemOf_WhatDoesNot_NamesThePlaceOrTheType(string expression, string said) => Assert.StartsWith(
        said, MetricsCommands.ProblemOfExpression(expression), StringComparison.Ordinal);
}
