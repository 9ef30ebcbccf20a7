using System.Net;
using System.Text;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>
/// Whose request it is when it comes through proxies that are trusted: of <c>X-Forwarded-For</c>, read from its end,
/// the first address that is none of theirs. What stands before it was said by somebody who may say anything. Pure.
/// </summary>
internal static class ForwardedClient
{
    /// <param name="peer">Who is connected.</param>
    /// <param name="header">The lines of the header, joined by commas; empty for none.</param>
    /// <param name="trusted">The proxies.</param>
    public static IPAddress Of(IPAddress peer, ReadOnlySpan<byte> header, AddressSet trusted)
    {
        IPAddress client = peer;
        ReadOnlySpan<byte> rest = header;
        while (trusted.Contains(client))
        {
            int comma = rest.LastIndexOf((byte)',');
            ReadOnlySpan<byte> last = Trim(rest[(comma + 1)..]);
            // An entry that is no address ends the chain: the proxy behind it is all that is known.
            if (!TryParse(last, out IPAddress? earlier)) return client;
            client = earlier;
            if (comma < 0) return client;
            rest = rest[..comma];
        }

        return client;
    }

    /// <summary>An address, some proxies put a port behind it.</summary>
    private static bool TryParse(ReadOnlySpan<byte> entry, out IPAddress address)
    {
        const int LengthMax = 64;
        address = IPAddress.None;
        if (entry.Length is 0 or > LengthMax) return false;
        Span<char> text = stackalloc char[LengthMax];
        ReadOnlySpan<char> found = text[..Encoding.ASCII.GetChars(entry, text)];
        if (found[0] == '[')
        {
            int end = found.IndexOf(']');
            if (end < 0) return false;
            found = found[1..end];
        }
        else if (found.Count(':') == 1)
        {
            found = found[..found.IndexOf(':')];
        }

        if (!found.ContainsAny('.', ':') || !IPAddress.TryParse(found, out IPAddress? parsed)) return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> entry) => entry.Trim(" \t"u8);
}
