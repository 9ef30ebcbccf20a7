using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Diagnostics;

/// <summary>
/// Collects what is wrong with a manifest, all of it and not only the first. A problem behind an alias is met once a
/// use and told once. At most <see cref="ComposeLimits.DiagnosticsMax"/> of each sort are kept; the rest are counted.
/// </summary>
/// <param name="problemOfPromQl">What is wrong with an expression, null for nothing; null to check none.</param>
internal sealed class DiagnosticBag(Func<string, string?>? problemOfPromQl = null)
{
    // Words compared for one suggestion.
    private const int CandidatesMax = 2_000;

    private readonly List<ComposeDiagnostic> _errors = [];
    private readonly List<ComposeDiagnostic> _warnings = [];
    private readonly HashSet<ComposeDiagnostic> _seen = [];
    private int _errorsLeftOut;
    private int _warningsLeftOut;

    private int _hints;

    /// <summary>What is wrong with an expression; null when nothing is known to be.</summary>
    public string? ProblemOfPromQl(string expression) => problemOfPromQl?.Invoke(expression);

    public bool HasErrors => _errors.Count > 0;

    public void Error(SourceMark mark, string key, string message, string? suggestion = null)
    {
        var diagnostic = new ComposeDiagnostic(mark.File.Name, mark.Line, mark.Column, key, message, suggestion);
        if (!IsNew(diagnostic)) return;
        if (_errors.Count < ComposeLimits.DiagnosticsMax) _errors.Add(diagnostic);
        else _errorsLeftOut++;
    }

    public void Warn(SourceMark mark, string key, string message, string? suggestion = null)
    {
        var diagnostic = new ComposeDiagnostic(mark.File.Name, mark.Line, mark.Column, key, message, suggestion);
        if (!IsNew(diagnostic)) return;
        if (_warnings.Count < ComposeLimits.DiagnosticsMax) _warnings.Add(diagnostic);
        else _warningsLeftOut++;
    }

    /// <summary>
    /// What was probably meant, for the suggestion of a diagnostic. Once there are as many as can be told, no more are
    /// searched: a file of wrong keys would cost the product of its keys and the known ones.
    /// </summary>
    public string? Hint(string word, IEnumerable<string> candidates) =>
        _hints++ < 2 * ComposeLimits.DiagnosticsMax ? Nearest.Hint(word, candidates.Take(CandidatesMax)) : null;

    public IReadOnlyList<ComposeDiagnostic> Errors() => InOrder(_errors, _errorsLeftOut, "errors");

    public IReadOnlyList<ComposeDiagnostic> Warnings() => InOrder(_warnings, _warningsLeftOut, "warnings");

    // Past the bound nothing is remembered, or a hostile file could fill memory with places.
    private bool IsNew(ComposeDiagnostic diagnostic) =>
        _seen.Count >= 4 * ComposeLimits.DiagnosticsMax || _seen.Add(diagnostic);

    private static List<ComposeDiagnostic> InOrder(List<ComposeDiagnostic> found, int leftOut, string what)
    {
        List<ComposeDiagnostic> ordered =
            [.. found.OrderBy(d => d.File, StringComparer.Ordinal).ThenBy(d => d.Line).ThenBy(d => d.Column)];
        if (leftOut > 0) ordered.Add(new(ordered[^1].File, 0, 0, "", $"and {leftOut} more {what}"));
        return ordered;
    }
}
