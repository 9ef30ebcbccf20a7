using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// An address or a network as the numbers from its first address to its last. IPv4 and its form within IPv6 (RFC 4291
/// §2.5.5.2) are the same.
/// </summary>
public readonly record struct AddressRange(UInt128 First, UInt128 Last)
{
    /// <summary>
    /// <c>192.0.2.7</c>, <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>; bits beyond the prefix are passed over.
    /// </summary>
    public static bool TryParse(string entry, out AddressRange range)
    {
        range = default;
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> text = slash < 0 ? entry : entry.AsSpan(0, slash);
        // The parser also takes "1" and "0x7f.1" for addresses; what people would read otherwise is refused.
        if (!IPAddress.TryParse(text, out IPAddress? address) || !text.ContainsAny('.', ':') || text.Contains('%'))
            return false;
        bool isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (isV4 && text.Count('.') != 3) return false;
        int width = isV4 ? 32 : 128;
        int length = width;
        if (slash >= 0 && (!int.TryParse(
            entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > width))
            return false;
        UInt128 number = Number(address);
        UInt128 mask = width - length == 128 ? UInt128.MaxValue : (UInt128.One << (width - length)) - 1;
        range = new AddressRange(number & ~mask, number | mask);
        return true;
    }

    /// <summary>The address as a number.</summary>
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            bytes[10] = bytes[11] = 0xff;
            address.TryWriteBytes(bytes[12..], out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
