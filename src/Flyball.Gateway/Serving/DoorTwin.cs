using System.Net;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Serving;

/// <summary>
/// Stands for the connections of a door that Kestrel gets in another state than the door's own: HTTP/2 at a plain door,
/// decrypted ones at a door for TLS. Nothing is bound to it: its connections come from the door's listener.
/// </summary>
internal sealed class DoorTwin(IPEndPoint door) : EndPoint
{
    public IPEndPoint Door => door;

    public override string ToString() => $"{door} ({(door is TlsEndPoint ? "decrypted" : "HTTP/2")})";
}
