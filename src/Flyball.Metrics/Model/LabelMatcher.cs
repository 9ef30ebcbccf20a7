using Flyball.Metrics.Model.Patterns;

namespace Flyball.Metrics.Model;

/// <summary>
/// A condition on one label's value; an absent label has the empty value. Immutable and thread-safe. A storage reads
/// <see cref="Literals"/> and <see cref="Prefix"/> to look values up instead of trying them all.
/// </summary>
internal sealed class LabelMatcher : IEquatable<LabelMatcher>
{
    private readonly ValuePattern? pattern;

    private LabelMatcher(MatchKind kind, string name, string value, ValuePattern? pattern)
    {
        Kind = kind;
        Name = name;
        Value = value;
        this.pattern = pattern;
        Literals = pattern is null ? [value] : pattern.Literals;
        Prefix = pattern is null ? value : pattern.Prefix;
        MatchesEmpty = Matches("");
    }

    public MatchKind Kind { get; }

    public string Name { get; }

    /// <summary>The literal, or the regular expression as it was written (without anchors).</summary>
    public string Value { get; }

    /// <summary>Whether the matcher excludes what its value says: <c>!=</c> and <c>!~</c>.</summary>
    public bool IsNegative => Kind is MatchKind.NotEqual or MatchKind.DoesNotMatch;

    /// <summary>
    /// All values that the literal or the regular expression stands for (before negation), in byte order, when they are
    /// few enough to list; empty when they are not.
    /// </summary>
    public IReadOnlyList<string> Literals { get; }

    /// <summary>What each value that the expression stands for (before negation) starts with; may be empty.</summary>
    public string Prefix { get; }

    /// <summary>Whether series without the label match.</summary>
    public bool MatchesEmpty { get; }

    /// <summary>Whether every value matches, so that the matcher can be left out.</summary>
    public bool MatchesEverything => Kind == MatchKind.Matches && pattern!.MatchesEverything;

    public static LabelMatcher Equal(string name, string value) => new(MatchKind.Equal, name, value, null);

    public static LabelMatcher NotEqual(string name, string value) => new(MatchKind.NotEqual, name, value, null);

    /// <summary>Null and a reason when a regular expression is not valid.</summary>
    public static LabelMatcher? TryCreate(MatchKind kind, string name, string value, out string? error)
    {
        error = null;
        if (kind is MatchKind.Equal or MatchKind.NotEqual) return new LabelMatcher(kind, name, value, null);
        ValuePattern? pattern = ValuePattern.TryCreate(value, out error);
        return pattern is null ? null : new LabelMatcher(kind, name, value, pattern);
    }

    /// <exception cref="ArgumentException">The regular expression is not valid.</exception>
    public static LabelMatcher Create(MatchKind kind, string name, string value) =>
        TryCreate(kind, name, value, out string? error) ?? throw new ArgumentException(error, nameof(value));

    public bool Matches(ReadOnlySpan<char> value) => Kind switch
    {
        MatchKind.Equal => value.SequenceEqual(Value),
        MatchKind.NotEqual => !value.SequenceEqual(Value),
        MatchKind.Matches => pattern!.IsMatch(value),
        _ => !pattern!.IsMatch(value),
    };

    public bool Equals(LabelMatcher? other) =>
        other is not null && Kind == other.Kind && Name == other.Name && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Kind, Name, Value);

    public override string ToString()
    {
        string name = LabelNames.IsPlain(Name) ? Name : Quoting.Quote(Name);
        return $"{name}{Symbol(Kind)}{Quoting.Quote(Value)}";
    }

    public static string Symbol(MatchKind kind) => kind switch
    {
        MatchKind.Equal => "=",
        MatchKind.NotEqual => "!=",
        MatchKind.Matches => "=~",
        _ => "!~",
    };
}
