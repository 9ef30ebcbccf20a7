using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>Compares label sets as instruments give them, so that a known one is found without an allocation.</summary>
internal sealed class TagComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
{
    public static readonly TagComparer Instance = new();

    public bool Equals(Tag[]? x, Tag[]? y) => Equals(x.AsSpan(), y!);

    public int GetHashCode(Tag[] obj) => GetHashCode((ReadOnlySpan<Tag>)obj);

    public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();

    public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
    {
        if (alternate.Length != other.Length) return false;
        for (int i = 0; i < other.Length; i++)
        {
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        int hash = alternate.Length;
        foreach (ref readonly Tag tag in alternate) hash = (hash * 31) + (tag.Value?.GetHashCode() ?? 0);
        return hash;
    }
}
