namespace Flyball.Metrics.Model.Patterns;

/// <summary>A parsed regular expression in RE2's syntax.</summary>
internal abstract record PatternNode
{
    /// <summary>Characters as they are.</summary>
    public sealed record Literal(string Text, bool IgnoreCase) : PatternNode;

    /// <summary>One code point of a set.</summary>
    public sealed record Class(RuneSet Set, bool IgnoreCase) : PatternNode;

    /// <summary>Any code point.</summary>
    public sealed record Any : PatternNode;

    /// <summary>A zero-width assertion in .NET's spelling.</summary>
    public sealed record Assertion(string Text) : PatternNode;

    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    public sealed record Choice(IReadOnlyList<PatternNode> Options) : PatternNode;

    /// <summary><see cref="Max"/> is -1 for no bound.</summary>
    public sealed record Repeat(PatternNode Part, int Min, int Max, bool Lazy) : PatternNode;

    /// <summary>A capturing group; <see cref="Name"/> is null when it has only a number.</summary>
    public sealed record Capture(PatternNode Part, string? Name) : PatternNode;
}
