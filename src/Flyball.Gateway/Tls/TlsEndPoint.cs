using System.Net;

namespace Flyball.Gateway.Tls;

/// <summary>
/// The address of a TLS door: never the same as a plain door's, also where both leave the port to the system.
/// </summary>
internal sealed class TlsEndPoint(IPEndPoint address) : IPEndPoint(address.Address, address.Port)
{
    public override bool Equals(object? comparand) => comparand is TlsEndPoint && base.Equals(comparand);

    public override int GetHashCode() => ~base.GetHashCode();
}
