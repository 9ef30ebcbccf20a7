using System.Diagnostics.CodeAnalysis;
using Flyball.Gateway.Routing;
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
        bool strip = route.Route.StripPrefix && route.Prefix.Length > 0;
        if (raw.StartsWith('/') && TryStrip(raw, strip ? route.Prefix : "", out string? target)
            && Uri.TryCreate(endpoint.UriPrefix + target, Verbatim, out Uri? verbatim))
            return verbatim;

        // Absolute form, an asterisk, or a prefix that is spelled differently (encoded): from the decoded path.
        PathString path = context.Request.Path;
        if (strip && path.StartsWithSegments(route.Prefix, StringComparison.Ordinal, out PathString rest)) path = rest;
        if (!path.HasValue) path = "/";
        return RequestUtilities.MakeDestinationAddress(endpoint.UriPrefix, path, context.Request.QueryString);
    }

    private static bool TryStrip(string raw, string prefix, [NotNullWhen(true)] out string? target)
    {
        target = raw;
        if (prefix.Length == 0) return true;
        if (!raw.StartsWith(prefix, StringComparison.Ordinal)) return false;
        string rest = raw[prefix.Length..];
        target = rest.Length == 0 ? "/" : rest[0] == '?' ? "/" + rest : rest;
        // "/api%2Fx" begins with "/api" but not at a segment's end; "/api/../x" was matched by its resolved form.
        return target[0] == '/' && !raw.Contains("/.", StringComparison.Ordinal);
    }
}
