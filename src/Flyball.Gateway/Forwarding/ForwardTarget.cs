using System.Diagnostics.CodeAnalysis;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// The address that a request is sent to. The client's target is passed on byte for byte wherever possible: decoding
/// and encoding again would change what some back ends see (<c>%2F</c>, <c>%25</c>, empty segments).
/// </summary>
internal static class ForwardTarget
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Make(HttpContext context, UpstreamEndpoint endpoint, RouteEntry route)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var action = (ForwardAction)route.Action;
        if (action.Path is { } rewrite)
            return Verbatimly(endpoint, rewrite.Make(context.Request.Path.Value ?? "/") + Query(raw));
        bool replaces = action.ReplacesPrefix;
        if (raw.StartsWith('/') && TryReplace(raw, route.Prefix, action, out string? target)
            && Uri.TryCreate(endpoint.UriPrefix + target, Verbatim, out Uri? verbatim))
            return verbatim;

        // Absolute form, an asterisk, or a prefix that is spelled differently (encoded): from the decoded path.
        PathString path = context.Request.Path;
        if (replaces && path.StartsWithSegments(route.Prefix, StringComparison.Ordinal, out PathString rest))
            path = rest;
        if (replaces && action.PrefixReplacement.Length > 0)
            return Verbatimly(endpoint, action.PrefixReplacement + path.ToUriComponent() + Query(raw));
        if (!path.HasValue) path = "/";
        return RequestUtilities.MakeDestinationAddress(endpoint.UriPrefix, path, context.Request.QueryString);
    }

    private static bool TryReplace(
        string raw, string prefix, ForwardAction action, [NotNullWhen(true)] out string? target)
    {
        target = raw;
        if (!action.ReplacesPrefix || (prefix.Length == 0 && action.PrefixReplacement.Length == 0)) return true;
        if (!raw.StartsWith(prefix, StringComparison.Ordinal)) return false;
        string rest = raw[prefix.Length..];
        // "/api%2Fx" begins with "/api" but not at a segment's end; "/api/../x" was matched by its resolved form.
        bool isPlain = (rest.Length == 0 || rest[0] is '/' or '?')
            && (prefix.Length == 0 || !raw.Contains("/.", StringComparison.Ordinal));
        target = action.PrefixReplacement + rest;
        if (target.Length == 0 || target[0] == '?') target = "/" + target;
        return isPlain;
    }

    private static Uri Verbatimly(UpstreamEndpoint endpoint, string target) =>
        new(endpoint.UriPrefix + target, Verbatim);

    private static string Query(string raw)
    {
        int at = raw.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? "" : raw[at..];
    }
}
