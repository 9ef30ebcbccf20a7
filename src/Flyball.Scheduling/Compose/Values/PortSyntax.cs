using System.Globalization;
using System.Net;

namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// The short form of ports: <c>[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]</c>, where HOST and CONTAINER may be ranges and an
/// IPv6 address stands in brackets.
/// </summary>
internal static class PortSyntax
{
    /// <returns>The ports in order; empty with a message when the text is none.</returns>
    public static IReadOnlyList<PortMapping> Parse(string text, out string? error, out bool firstOfRange)
    {
        firstOfRange = false;
        string rest = text.Trim();
        int slash = rest.LastIndexOf('/');
        string protocol = slash < 0 ? "tcp" : rest[(slash + 1)..].ToLowerInvariant();
        if (slash >= 0) rest = rest[..slash];
        if (protocol is not ("tcp" or "udp"))
        {
            error = $"'{protocol}' is no protocol for a port: tcp or udp";
            return [];
        }
        if (!TrySplitAddress(rest, out string? address, out rest, out error)) return [];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? "" : rest[..colon];
        if (!TryRange(rest[(colon + 1)..], 1, out (int First, int Last) target, out error)) return [];
        if (host.Length == 0)
            return [.. Numbers(target).Select(port => new PortMapping(address, null, port, protocol))];
        if (!TryRange(host, 0, out (int First, int Last) published, out error)) return [];
        return Pair(address, published, target, protocol, out error, out firstOfRange);
    }

    /// <summary>A port number or a range of them, <c>8000-8010</c>.</summary>
    public static bool TryRange(string text, int least, out (int First, int Last) range, out string? error)
    {
        string[] parts = text.Split('-', 3);
        bool good = TryPort(parts[0], out int first) & TryPort(parts[^1], out int last) && parts.Length <= 2;
        range = (first, last);
        error = null;
        if (!good) error = $"'{text}' is no port number";
        else if (first < least || last > IPEndPoint.MaxPort)
            error = $"'{text}' is outside {least} to {IPEndPoint.MaxPort}";
        else if (first > last) error = $"the range '{text}' runs backwards";
        else if (last - first >= ComposeLimits.PortsMax)
            error = $"a range may have {ComposeLimits.PortsMax} ports, '{text}' has more";
        return error is null;
    }

    private static IReadOnlyList<PortMapping> Pair(
        string? address, (int First, int Last) published, (int First, int Last) target, string protocol,
        out string? error, out bool firstOfRange)
    {
        error = null;
        int hostCount = published.Last - published.First + 1;
        int count = target.Last - target.First + 1;
        firstOfRange = count == 1 && hostCount > 1;
        if (hostCount == count || firstOfRange)
        {
            int? Host(int index) => Fixed(published.First + index);
            return [.. Numbers(target).Select((port, i) => new PortMapping(address, Host(i), port, protocol))];
        }
        error = $"{hostCount} host ports cannot be paired with {count} container ports";
        return [];
    }

    // Port 0 means "any free one" to the kernel and to Compose.
    private static int? Fixed(int port) => port == 0 ? null : port;

    private static bool TrySplitAddress(string text, out string? address, out string rest, out string? error)
    {
        address = null;
        rest = text;
        error = null;
        if (text.StartsWith('['))
        {
            int close = text.IndexOf("]:", StringComparison.Ordinal);
            if (close > 0) (address, rest) = (text[1..close], text[(close + 2)..]);
            else error = $"'{text}' lacks ']:' after the address";
        }
        else if (text.Count(c => c == ':') is var colons and >= 2)
        {
            int divider = colons == 2 ? text.IndexOf(':', StringComparison.Ordinal) : NthLastColon(text);
            (address, rest) = (text[..divider], text[(divider + 1)..]);
        }
        if (address is { Length: 0 }) address = null;
        if (address is not null && AddressText.Canonical(address) is null) error = $"'{address}' is no IP address";
        return error is null;
    }

    private static int NthLastColon(string text) => text.LastIndexOf(':', text.LastIndexOf(':') - 1);

    private static IEnumerable<int> Numbers((int First, int Last) range) =>
        Enumerable.Range(range.First, range.Last - range.First + 1);

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
