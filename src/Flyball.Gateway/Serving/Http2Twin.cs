using System.Net;

namespace Flyball.Gateway.Serving;

/// <summary>
/// Stands for the HTTP/2 connections of a door that also speaks HTTP/1.1. Nothing is bound to it: its connections come
/// from the door's listener.
/// </summary>
internal sealed class Http2Twin(IPEndPoint door) : EndPoint
{
    public IPEndPoint Door => door;

    public override string ToString() => $"{door} (HTTP/2)";
}
