namespace Flyball.Store.Watching;

/// <summary>The kinds a watch wants; empty wants all, save those withheld from it.</summary>
internal sealed class KindFilter(IReadOnlyList<string> kinds, IReadOnlyList<string>? withheld = null)
{
    private readonly string[] withheld = [.. withheld ?? []];

    private readonly string[] kinds = [.. kinds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public bool IsAll => kinds.Length == 0;

    public IReadOnlyList<string> Kinds => kinds;

    // A handful of kinds: comparing them all is faster than hashing one.
    public bool Matches(string kind) =>
        (kinds.Length == 0 || Array.IndexOf(kinds, kind) >= 0) && Array.IndexOf(withheld, kind) < 0;
}
