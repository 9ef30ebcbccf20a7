using System.Globalization;

namespace Flyball.Metrics.Rules.Files;

/// <summary>Something wrong in a rule file, with its place; lines and columns start at 1, 0 when unknown.</summary>
internal sealed record RuleProblem(string File, int Line, int Column, string Message)
{
    public override string ToString() => Line > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}")
        : $"{File}: {Message}";
}
