namespace Flyball.Gateway.Forwarding;

/// <summary>What the transformer needs to know beside the request.</summary>
internal sealed record ForwardingRules(
    TraceContext Trace, string GatewayId, bool TrustForwardedHeaders, bool KeepServerHeader)
{
    /// <summary>
    /// How this gateway calls itself in <c>Via</c>; by its id a request that comes round again is known.
    /// </summary>
    public string Pseudonym { get; } = "flyball-" + GatewayId;

    /// <summary>The field that is added to each request (RFC 9110 §7.6.3).</summary>
    public string Via { get; } = "1.1 flyball-" + GatewayId;
}
