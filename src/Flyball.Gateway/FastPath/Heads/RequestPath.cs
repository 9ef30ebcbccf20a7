using System.Globalization;
using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// The path that routes are matched by: without the query, percent-encoding undone (but for an encoded slash) and dot
/// segments removed, exactly as Kestrel does it for the other path. Nearly all paths need neither and are only widened.
/// </summary>
internal static class RequestPath
{
    /// <summary>
    /// The path's characters in <paramref name="to"/>, which must be as long as the target; -1 when its encoding is
    /// unusual and the other path shall decide what it means.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> target, Span<char> to)
    {
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        bool encoded = path.Contains((byte)'%');
        if (encoded) return Unescape(path, to, out int length) ? RemoveDots(to[..length]) : -1;
        Ascii.ToUtf16(path, to, out int widened);
        return path.IndexOf("/."u8) < 0 ? widened : RemoveDots(to[..widened]);
    }

    private static bool Unescape(ReadOnlySpan<byte> path, Span<char> to, out int length)
    {
        Span<byte> bytes = path.Length <= 1024 ? stackalloc byte[path.Length] : new byte[path.Length];
        int count = 0;
        length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                bytes[count++] = path[i];
                continue;
            }

            if (i + 2 >= path.Length
                || !byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out byte value)
                || value == 0)
                return false;
            if (value == '/')
            {
                // An encoded slash is part of a segment and stays encoded.
                path.Slice(i, 3).CopyTo(bytes[count..]);
                count += 3;
            }
            else
            {
                bytes[count++] = value;
            }

            i += 2;
        }

        return System.Text.Unicode.Utf8.ToUtf16(bytes[..count], to, out _, out length, replaceInvalidSequences: false)
            == System.Buffers.OperationStatus.Done;
    }

    /// <summary>RFC 3986 §5.2.4, in place.</summary>
    public static int RemoveDots(Span<char> path)
    {
        int written = 0;
        int at = 0;
        while (at < path.Length)
        {
            // Each turn takes one segment with the slash in front of it.
            int next = path[(at + 1)..].IndexOf('/');
            int end = next < 0 ? path.Length : at + 1 + next;
            ReadOnlySpan<char> segment = path[(at + 1)..end];
            bool isLast = end == path.Length;
            if (segment is ".")
            {
                if (isLast) path[written++] = '/';
            }
            else if (segment is "..")
            {
                written = Math.Max(0, path[..written].LastIndexOf('/'));
                if (isLast) path[written++] = '/';
            }
            else
            {
                path[at..end].CopyTo(path[written..]);
                written += end - at;
            }

            at = end;
        }

        return written;
    }
}
