using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Routing;

/// <summary>
/// Finds paths that lead to a route here, and to the place of another, guarded one at back ends that read them
/// otherwise: some take <c>%2F</c> or a backslash for a slash, merge slashes, or cut what follows a semicolon, before
/// they decode or after. Every mixture of these is tried; nearly all paths have nothing of the kind and cost one look.
/// </summary>
internal static class PathAliases
{
    private const int StackCharsMax = 512;

    [Flags]
    private enum Reading
    {
        None = 0,
        MergesSlashes = 1,
        DecodesSlashes = 2,
        CutsParameters = 4,

        /// <summary>Of what decoding has made; otherwise of the path as it came.</summary>
        CutsDecoded = 8,
        All = 15,
    }

    /// <param name="matcher">All routes.</param>
    /// <param name="host">The <c>Host</c> header.</param>
    /// <param name="path">As routes are matched by: decoded, but for encoded slashes.</param>
    /// <param name="facts">What else is known of the request.</param>
    /// <param name="route">The route that the path leads to; null when there is none.</param>
    public static bool PassBy<TFacts>(
        RouteMatcher matcher, ReadOnlySpan<char> host, ReadOnlySpan<char> path, in TFacts facts, RouteEntry? route)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (route is null || (!path.ContainsAny('%', ';', '\\') && path.IndexOf("//") < 0)) return false;
        Reading asked = Asked(path);
        if (asked == Reading.None) return false;
        Span<char> room = path.Length <= StackCharsMax ? stackalloc char[StackCharsMax] : new char[path.Length];
        for (Reading reading = Reading.MergesSlashes; reading <= Reading.All; reading++)
        {
            if ((reading & ~asked) != 0) continue;
            int length = Write(path, room, reading);
            RouteEntry? other = matcher.Match(host, room[..length], facts);
            if (other is not null && other != route && other.IsGuarded) return true;
        }

        return false;
    }

    /// <summary>The readings that can make another path of this one.</summary>
    private static Reading Asked(ReadOnlySpan<char> path)
    {
        Reading asked = Reading.None;
        if (path.IndexOf("//") >= 0) asked |= Reading.MergesSlashes;
        if (path.Contains('\\') || path.Contains("%2f", StringComparison.OrdinalIgnoreCase)
            || path.Contains("%5c", StringComparison.OrdinalIgnoreCase))
            asked |= Reading.MergesSlashes | Reading.DecodesSlashes;
        if (!path.Contains(';')) return asked;
        asked |= Reading.MergesSlashes | Reading.CutsParameters;
        return (asked & Reading.DecodesSlashes) == 0 ? asked : asked | Reading.CutsDecoded;
    }

    /// <summary>How long the path is when it is read so.</summary>
    private static int Write(ReadOnlySpan<char> path, Span<char> to, Reading reading)
    {
        bool merges = reading.HasFlag(Reading.MergesSlashes);
        bool decodes = reading.HasFlag(Reading.DecodesSlashes);
        bool cuts = (reading & (Reading.CutsParameters | Reading.CutsDecoded)) != 0;
        bool cutsDecoded = reading.HasFlag(Reading.CutsDecoded);
        bool isCut = false;
        int written = 0;
        for (int i = 0; i < path.Length; i++)
        {
            char one = path[i];
            bool isOwn = one == '/';
            if (decodes && IsSlash(path[i..], out int spelled))
            {
                i += spelled - 1;
                one = '/';
            }

            if (isCut && !isOwn && !(one == '/' && cutsDecoded)) continue;
            isCut = cuts && one == ';';
            if (isCut || (merges && one == '/' && written > 0 && to[written - 1] == '/')) continue;
            to[written++] = one;
        }

        return written;
    }

    private static bool IsSlash(ReadOnlySpan<char> path, out int length)
    {
        bool isEncoded = path.StartsWith("%2f", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("%5c", StringComparison.OrdinalIgnoreCase);
        length = isEncoded ? 3 : 1;
        return isEncoded || path[0] == '\\';
    }
}
