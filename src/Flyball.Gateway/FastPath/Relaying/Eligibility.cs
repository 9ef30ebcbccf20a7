using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>Which routes the loops serve; the other path serves all.</summary>
internal static class Eligibility
{
    public static bool IsForLoops(RouteEntry route, ReadOnlySpan<byte> target)
    {
        if (!route.LoopsServe) return false;
        if (route.Action is not ForwardAction forward) return true;
        foreach (TargetEntry one in route.Targets.All)
        {
            if (!one.Upstream.Endpoints.AreNumeric) return false;
        }

        bool replaces = forward.ReplacesPrefix
            && (route.PrefixBytes.Length > 0 || forward.PrefixReplacement.Length > 0);
        return !replaces || Strips(route, target);
    }

    /// <summary>
    /// The prefix stands in the target letter by letter and ends with a segment; where it is encoded or reached by dot
    /// segments, taking it off needs the decoded path.
    /// </summary>
    private static bool Strips(RouteEntry route, ReadOnlySpan<byte> target)
    {
        if (!target.StartsWith(route.PrefixBytes) || MayHaveDots(target)) return false;
        ReadOnlySpan<byte> rest = target[route.PrefixBytes.Length..];
        return rest.Length == 0 || rest[0] is (byte)'/' or (byte)'?';
    }

    private static bool MayHaveDots(ReadOnlySpan<byte> target) => target.IndexOf("/."u8) >= 0
        || target.IndexOf("/%2e"u8) >= 0 || target.IndexOf("/%2E"u8) >= 0;
}
