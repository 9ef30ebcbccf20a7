namespace Flyball.Metrics.Model;

/// <summary>
/// The order of strings by their UTF-8 bytes, which is how Prometheus sorts. It differs from UTF-16 order only where a
/// surrogate meets a character from U+E000 to U+FFFF.
/// </summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    int IComparer<string>.Compare(string? x, string? y) => Compare(x, y);

    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length) return left.Length.CompareTo(right.Length);
        char a = left[same], b = right[same];
        bool aIsSurrogate = char.IsSurrogate(a), bIsSurrogate = char.IsSurrogate(b);
        if (aIsSurrogate == bIsSurrogate) return a.CompareTo(b);
        if (aIsSurrogate) return b >= '\uE000' ? 1 : a.CompareTo(b);
        return a >= '\uE000' ? -1 : a.CompareTo(b);
    }
}
