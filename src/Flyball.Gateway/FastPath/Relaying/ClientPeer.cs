using System.Net;
using System.Text;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>Who is at the other end of a client's connection; found out when it is asked for.</summary>
internal sealed class ClientPeer(ClientConnection connection)
{
    private IPEndPoint? endPoint;
    private IPAddress? address;
    private byte[]? text;

    public IPEndPoint? EndPoint => endPoint ??= Find(own: false);

    /// <summary>Where the client connected to.</summary>
    public IPEndPoint? OwnEndPoint => Find(own: true);

    public IPAddress? Address => address ??= EndPoint?.Address is { IsIPv4MappedToIPv6: true } mapped
        ? mapped.MapToIPv4()
        : EndPoint?.Address;

    public ReadOnlySpan<byte> Text => text ??= Encoding.ASCII.GetBytes(Address?.ToString() ?? "unknown");

    /// <summary>It is a proxy whose word counts for whose request it is.</summary>
    public bool IsTrusted => connection.Loop.Parts.Rules.TrustForwardedHeaders
        || (connection.Loop.Parts.Rules.Proxies is { } proxies && proxies.Contains(Address));

    private IPEndPoint? Find(bool own)
    {
        Span<byte> found = stackalloc byte[28];
        if (!connection.IsOpen || Posix.Address(connection.Descriptor, own, found) < 0) return null;
        return LoopParts.EndPointOf(found);
    }
}
