namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>What came of running scripts.</summary>
/// <param name="Passed">Evaluations that gave what was expected.</param>
/// <param name="Differences">One line for each that did not: file, line, expression, expected and got.</param>
internal sealed record ScriptReport(int Passed, IReadOnlyList<string> Differences)
{
    public int Failed => Differences.Count;
}
