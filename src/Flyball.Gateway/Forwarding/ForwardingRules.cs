using System.Net;
using Flyball.Gateway.Security.Addresses;

namespace Flyball.Gateway.Forwarding;

/// <summary>What the transformer needs to know beside the request.</summary>
internal sealed record ForwardingRules(
    TraceContext Trace, string GatewayId, bool TrustForwardedHeaders, bool KeepServerHeader,
    TrustedProxies? Proxies = null)
{
    /// <summary>What this peer says about whose request it is counts.</summary>
    public bool Trusts(IPAddress? peer) => TrustForwardedHeaders || (Proxies is not null && Proxies.Contains(peer));

    /// <summary>
    /// How this gateway calls itself in <c>Via</c>; by its id a request that comes round again is known.
    /// </summary>
    public string Pseudonym { get; } = "flyball-" + GatewayId;

    /// <summary>The field that is added to each request (RFC 9110 §7.6.3).</summary>
    public string Via { get; } = "1.1 flyball-" + GatewayId;
}
