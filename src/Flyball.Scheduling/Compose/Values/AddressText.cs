using System.Net;
using System.Net.Sockets;

namespace Flyball.Scheduling.Compose.Values;

/// <summary>IP addresses as people write them; the forms that leave parts of an IPv4 address out are refused.</summary>
internal static class AddressText
{
    /// <returns>The address in its one canonical form, or null.</returns>
    public static string? Canonical(string text)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address)) return null;
        bool whole = address.AddressFamily == AddressFamily.InterNetworkV6 || text.AsSpan().Count('.') == 3;
        return whole ? address.ToString() : null;
    }
}
