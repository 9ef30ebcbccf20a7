using Flyball.Gateway.FastPath.Heads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Serving;

/// <summary>
/// The method that a back end will see. The forwarder makes GET of every request that changes the protocol, and of
/// <c>get</c>: routes must judge the same one.
/// </summary>
internal static class RequestMethod
{
    private const string Get = "GET";

    /// <summary>A WebSocket over HTTP/2 (RFC 8441) is a GET to its back end.</summary>
    public static string Of(HttpContext context)
    {
        string method = context.Request.Method;
        if (method != "CONNECT") return method;
        string? protocol = context.Features.Get<IHttpExtendedConnectFeature>()?.Protocol;
        return string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase) ? Get : method;
    }

    /// <summary>Null when the method may be used.</summary>
    public static HeadFault? Find(HttpContext context)
    {
        string method = context.Request.Method;
        if (MethodNames.IsMisspelt(method)) return HeadFault.Method;
        return method != Get && ChangesProtocol(context) ? HeadFault.Upgrade : null;
    }

    /// <summary>As the forwarder decides it.</summary>
    private static bool ChangesProtocol(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest != true) return false;
        string protocol = context.Request.Headers.Upgrade.ToString();
        return protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase)
            || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase);
    }
}
