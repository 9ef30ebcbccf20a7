using System.Net;

namespace Flyball.Discovery.Dns;

/// <summary>What a name below the domain asks for.</summary>
internal enum DnsSubject
{
    /// <summary>Nothing that there could be.</summary>
    Nothing,

    /// <summary>The domain itself.</summary>
    Domain,

    /// <summary>The domain's name server.</summary>
    NameServer,
    Service,
    Node,

    /// <summary>An address that is written in the name.</summary>
    Address,
}

/// <summary>
/// Reads names below the domain: <c>[tag.]name.service[.dc]</c>, <c>_name._tag[.service][.dc]</c>,
/// <c>name.node[.dc]</c>, <c>hex.addr[.dc]</c>, <c>ns</c>.
/// </summary>
internal static class DnsNames
{
    /// <summary>A host's name as records have it: the root's dot, with which it may be given, is not written.</summary>
    public static ReadOnlySpan<char> HostOf(string address) => address.AsSpan().TrimEnd('.');

    /// <summary>What comes before the domain; false when the name is not in it.</summary>
    public static bool TryStrip(ReadOnlySpan<char> name, ReadOnlySpan<char> domain, out ReadOnlySpan<char> rest)
    {
        rest = default;
        if (!name.EndsWith(domain, StringComparison.Ordinal)) return false;
        if (name.Length == domain.Length) return true;
        if (name[^(domain.Length + 1)] != '.') return false;
        rest = name[..^(domain.Length + 1)];
        return true;
    }

    /// <param name="rest">What comes before the domain, in lower case.</param>
    /// <param name="datacenter">This one's name, in lower case.</param>
    /// <param name="inner">What comes before the kind.</param>
    public static DnsSubject Read(ReadOnlySpan<char> rest, ReadOnlySpan<char> datacenter, out ReadOnlySpan<char> inner)
    {
        inner = default;
        if (rest.IsEmpty) return DnsSubject.Domain;
        if (rest is "ns") return DnsSubject.NameServer;
        DnsSubject subject = Kind(rest, out inner);
        if (subject != DnsSubject.Nothing) return subject;
        int dot = rest.LastIndexOf('.');
        if (dot > 0 && rest[(dot + 1)..].SequenceEqual(datacenter))
        {
            rest = rest[..dot];
            subject = Kind(rest, out inner);
            if (subject != DnsSubject.Nothing) return subject;
        }

        // The kind may be left out where the form says it already.
        inner = rest;
        return IsRfc2782(rest, out _, out _) ? DnsSubject.Service : DnsSubject.Nothing;
    }

    /// <summary>Whether it is <c>_name._tag</c>; a protocol in the tag's place is none.</summary>
    public static bool IsRfc2782(ReadOnlySpan<char> inner, out ReadOnlySpan<char> name, out ReadOnlySpan<char> tag)
    {
        name = tag = default;
        int dot = inner.LastIndexOf('.');
        if (dot < 2 || inner[0] != '_' || dot + 2 >= inner.Length || inner[dot + 1] != '_') return false;
        name = inner[1..dot];
        tag = inner[(dot + 2)..];
        if (tag is "tcp" or "udp") tag = default;
        return true;
    }

    /// <summary>The address that stands in a name of the kind <c>addr</c>: 8 or 32 hexadecimal digits.</summary>
    public static bool TryReadAddress(ReadOnlySpan<char> inner, Span<byte> address, out int bytes)
    {
        bytes = inner.Length / 2;
        return bytes is 4 or 16 && inner.Length % 2 == 0
            && Convert.FromHexString(inner, address, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>The address that a reverse name asks about; null when it is none.</summary>
    public static IPAddress? TryReadReverse(ReadOnlySpan<char> name)
    {
        const string V4 = ".in-addr.arpa";
        const string V6 = ".ip6.arpa";
        if (name.EndsWith(V4, StringComparison.Ordinal))
        {
            string[] parts = name[..^V4.Length].ToString().Split('.');
            Array.Reverse(parts);
            return parts.Length == 4 && IPAddress.TryParse(string.Join('.', parts), out IPAddress? v4) ? v4 : null;
        }

        if (!name.EndsWith(V6, StringComparison.Ordinal)) return null;
        ReadOnlySpan<char> nibbles = name[..^V6.Length];
        if (nibbles.Length != 63) return null;
        Span<char> hex = stackalloc char[32];
        for (int i = 0; i < hex.Length; i++)
        {
            hex[31 - i] = nibbles[2 * i];
            if (i < 31 && nibbles[(2 * i) + 1] != '.') return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        return TryReadAddress(hex, bytes, out int count) && count == 16 ? new IPAddress(bytes) : null;
    }

    private static DnsSubject Kind(ReadOnlySpan<char> rest, out ReadOnlySpan<char> inner)
    {
        int dot = rest.LastIndexOf('.');
        inner = dot > 0 ? rest[..dot] : default;
        if (inner.IsEmpty) return DnsSubject.Nothing;
        return rest[(dot + 1)..] switch
        {
            "service" => DnsSubject.Service,
            "node" => DnsSubject.Node,
            "addr" => DnsSubject.Address,
            _ => DnsSubject.Nothing,
        };
    }
}
