using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Forwarding;

/// <summary>The address that a request is sent to.</summary>
internal static class ForwardTarget
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Make(HttpContext context, UpstreamEndpoint endpoint, RouteEntry route)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // An asterisk, and what CONNECT names, have no path.
        string target = raw.StartsWith('/') ? raw : "/";
        return new Uri(endpoint.UriPrefix + ((ForwardAction)route.Action).Sent(target, route.Prefix), Verbatim);
    }
}
