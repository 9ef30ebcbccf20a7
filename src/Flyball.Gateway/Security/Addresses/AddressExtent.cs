using System.Net;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>Parts of an address.</summary>
internal static class AddressExtent
{
    /// <summary>Bytes of an address that stand for one client.</summary>
    public const int KeyBytes = 8;

    /// <summary>
    /// What stands for one client: an IPv4 address, and of IPv6 the network of 64 bits, which is what one customer gets
    /// at least (RFC 6177).
    /// </summary>
    /// <returns>Bytes written, at most <see cref="KeyBytes"/>.</returns>
    public static int WriteClient(IPAddress address, Span<byte> to)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        int kept = Math.Min(written, KeyBytes);
        bytes[..kept].CopyTo(to);
        return kept;
    }
}
