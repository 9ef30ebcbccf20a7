using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>
/// A regular expression in RE2's syntax that must match a whole value, where a dot also matches a line feed. Runs in
/// linear time: as a set of literals, by prefix alone, or on .NET's non-backtracking engine.
/// </summary>
internal sealed class ValuePattern
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> literalSet;
    private readonly bool hasLiterals;
    private readonly RestOfValue rest;

    private ValuePattern(
        Regex regex, IReadOnlyList<string?> groups, IReadOnlyList<string>? literals, string prefix, RestOfValue rest)
    {
        Regex = regex;
        GroupNames = groups;
        Literals = literals ?? [];
        Prefix = prefix;
        this.rest = rest;
        hasLiterals = literals is not null;
        literalSet = Literals.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The anchored expression, for its groups: g1, g2 and so on, in the order they open.</summary>
    public Regex Regex { get; }

    /// <summary>The names of the groups from the first on; null for those that have none.</summary>
    public IReadOnlyList<string?> GroupNames { get; }

    /// <summary>All values that match, in byte order, or empty when they cannot be listed.</summary>
    public IReadOnlyList<string> Literals { get; }

    public string Prefix { get; }

    public bool MatchesEverything => rest == RestOfValue.Anything && Prefix.Length == 0;

    /// <summary>Null and a reason, worded as Go words it, when the expression is not valid.</summary>
    public static ValuePattern? TryCreate(string expression, out string? error)
    {
        PatternNode? tree = PatternParser.Parse(expression, out error);
        if (tree is null) return null;
        try
        {
            var regex = new Regex(
                $"\\A(?:{PatternPrinter.Print(tree)})\\z",
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            (string prefix, RestOfValue rest) = PatternLiterals.Prefix(tree);
            return new ValuePattern(regex, PatternGroups.NamesIn(tree), PatternLiterals.TryList(tree), prefix, rest);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // The engine bounds the size of its automaton; what it cannot build is the user's to simplify.
            error = $"error parsing regexp: expression too large: `{expression}`";
            return null;
        }
    }

    public bool IsMatch(ReadOnlySpan<char> value)
    {
        if (hasLiterals) return literalSet.Contains(value);
        if (!value.StartsWith(Prefix)) return false;
        return rest switch
        {
            RestOfValue.Anything => true,
            RestOfValue.Something => value.Length > Prefix.Length,
            _ => Regex.IsMatch(value),
        };
    }
}
