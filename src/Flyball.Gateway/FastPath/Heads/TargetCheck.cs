using System.Globalization;
using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Finds targets that back ends may read otherwise than routes do: some take an encoded slash or a backslash for a
/// slash, leave out empty segments or what follows a semicolon, and only then remove dot segments. A path that means
/// something else that way could go past the guards of its route. Both paths ask here. Pure.
/// </summary>
internal static class TargetCheck
{
    private enum Segment
    {
        Plain,

        /// <summary><c>.</c></summary>
        Here,

        /// <summary><c>..</c></summary>
        Up,

        /// <summary>No segment, or several, for some.</summary>
        Uncertain,

        /// <summary>Dots or a NUL that only some see.</summary>
        Hiding,
    }

    /// <summary>How long <c>http://</c> or <c>https://</c> is at the target's beginning; 0 for neither.</summary>
    public static int SchemeLength(ReadOnlySpan<byte> target)
    {
        if (target.Length > 7 && Ascii.EqualsIgnoreCase(target[..7], "http://"u8)) return 7;
        return target.Length > 8 && Ascii.EqualsIgnoreCase(target[..8], "https://"u8) ? 8 : 0;
    }

    /// <summary>Where a target's path, query or fragment begins behind its host; its length for none.</summary>
    public static int HostEnd(ReadOnlySpan<byte> target, int schemeLength)
    {
        int end = target[schemeLength..].IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        return end < 0 ? target.Length : schemeLength + end;
    }

    /// <param name="target">A path and query.</param>
    public static HeadFault? Find(ReadOnlySpan<byte> target)
    {
        if (target.Contains((byte)'#')) return HeadFault.Fragment;
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        if (path.Contains((byte)'\\')) return HeadFault.Path;
        bool hasDots = path.Contains((byte)'%') || path.IndexOf("/."u8) >= 0;
        return hasDots && IsAmbiguous(path) ? HeadFault.Path : null;
    }

    /// <summary>From the end: what a <c>..</c> takes away must be one segment for everybody.</summary>
    private static bool IsAmbiguous(ReadOnlySpan<byte> path)
    {
        int taken = 0;
        while (path.Length > 0)
        {
            int slash = Math.Max(0, path.LastIndexOf((byte)'/'));
            Segment kind = KindOf(path[(slash + 1)..]);
            if (kind == Segment.Hiding || (kind == Segment.Uncertain && taken > 0)) return true;
            if (kind == Segment.Up) taken++;
            else if (kind == Segment.Plain && taken > 0) taken--;
            path = path[..slash];
        }

        return false;
    }

    private static Segment KindOf(ReadOnlySpan<byte> segment)
    {
        bool isCertain = segment.Length > 0;
        bool dotsOnly = true;
        int length = 0;
        for (int i = 0; i < segment.Length; i++)
        {
            byte one = Decode(segment, ref i);
            bool isSlash = one is (byte)'/' or (byte)'\\';
            if (one == 0 || ((isSlash || one == ';') && dotsOnly && length is 1 or 2)) return Segment.Hiding;
            isCertain &= !isSlash;
            dotsOnly = isSlash || (dotsOnly && one == '.');
            length = isSlash ? 0 : length + 1;
        }

        if (!dotsOnly || length is not (1 or 2)) return isCertain ? Segment.Plain : Segment.Uncertain;
        if (!isCertain) return Segment.Hiding;
        return length == 1 ? Segment.Here : Segment.Up;
    }

    /// <summary>What is no encoding stands for itself.</summary>
    private static byte Decode(ReadOnlySpan<byte> segment, ref int i)
    {
        if (segment[i] != '%' || i + 2 >= segment.Length
            || !byte.TryParse(segment.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out byte value))
            return segment[i];
        i += 2;
        return value;
    }
}
