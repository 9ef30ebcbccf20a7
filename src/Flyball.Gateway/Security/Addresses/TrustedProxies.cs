using System.Net;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>The proxies in front of the gateway: through them a request's client is seen.</summary>
internal sealed class TrustedProxies(AddressSet proxies)
{
    private static readonly FieldName ForwardedFor = new("X-Forwarded-For");

    /// <summary>Bytes of the header that are read, from its end, where the nearest proxies have written.</summary>
    private const int HeaderBytesMax = 4096;

    public bool Contains(IPAddress? peer) => peer is not null && proxies.Contains(peer);

    /// <summary>Null when even the peer is not known.</summary>
    public IPAddress? ClientOf<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        if (facts.Client is not { } peer || !proxies.Contains(peer)) return facts.Client;
        Span<byte> room = stackalloc byte[HeaderBytesMax];
        ReadOnlySpan<byte> end = room[..facts.CopyEnd(ForwardedFor, room)];
        // Half an address may look like another one: what may have been cut off does not count.
        if (end.Length == HeaderBytesMax) end = end[(end.IndexOf((byte)',') + 1)..];
        return ForwardedClient.Of(peer, end, proxies);
    }
}
