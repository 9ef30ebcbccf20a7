using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Tells the fields a gateway cares about by name: length and first letter rule out nearly all others.
/// </summary>
internal static class FieldNames
{
    /// <summary>More than any of these has.</summary>
    private const int LengthMax = 64;

    public static FieldId Find(ReadOnlySpan<byte> name)
    {
        int first = name[0] | 0x20;
        FieldId known = Known(name, first);
        return known == FieldId.Other && first == 'x' ? Claim(name) : known;
    }

    /// <summary>The same of a name that the server has read.</summary>
    public static FieldId Find(string name)
    {
        if (name.Length == 0) return FieldId.Other;
        Span<byte> bytes = stackalloc byte[LengthMax];
        int length = Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, LengthMax)), bytes);
        return Find(bytes[..length]);
    }

    private static FieldId Known(ReadOnlySpan<byte> name, int first) => name.Length switch
    {
        2 when first == 't' => If(name, "te"u8, FieldId.Hop),
        3 when first == 'v' => If(name, "via"u8, FieldId.Via),
        4 => Four(name, first),
        5 when first == 'c' => If(name, "close"u8, FieldId.Hop),
        6 => Six(name, first),
        7 => Seven(name, first),
        9 when first == 'f' => If(name, "forwarded"u8, FieldId.Forwarded),
        10 => Ten(name, first),
        11 when first == 't' => If(name, "traceparent"u8, FieldId.TraceParent),
        12 when first == 'c' => If(name, "content-type"u8, FieldId.ContentType),
        12 when first == 'x' => If(name, "x-powered-by"u8, FieldId.PoweredBy),
        14 => Fourteen(name, first),
        15 when first == 'x' => Fifteen(name),
        15 when first == 's' => If(name, "security-scheme"u8, FieldId.Hop),
        16 when first == 'x' => If(name, "x-forwarded-host"u8, FieldId.ForwardedHost),
        16 when first == 'p' => If(name, "proxy-connection"u8, FieldId.Hop),
        17 => Seventeen(name, first),
        18 when first == 'p' => If(name, "proxy-authenticate"u8, FieldId.Hop),
        19 when first == 'p' => If(name, "proxy-authorization"u8, FieldId.Hop),
        25 when first == 'p' => If(name, "proxy-authentication-info"u8, FieldId.Hop),
        28 when first == 'x' => If(name, "x-client-certificate-subject"u8, FieldId.Proven),
        _ => FieldId.Other,
    };

    private static FieldId Four(ReadOnlySpan<byte> name, int first) => first switch
    {
        'h' => If(name, "host"u8, FieldId.Host),
        'd' => If(name, "date"u8, FieldId.Date),
        'a' => If(name, "alpn"u8, FieldId.Hop),
        _ => FieldId.Other,
    };

    private static FieldId Six(ReadOnlySpan<byte> name, int first) => first switch
    {
        'a' => If(name, "accept"u8, FieldId.Accept),
        's' => If(name, "server"u8, FieldId.Server),
        'e' => If(name, "expect"u8, FieldId.Expect),
        _ => FieldId.Other,
    };

    private static FieldId Seven(ReadOnlySpan<byte> name, int first) => first switch
    {
        'u' => If(name, "upgrade"u8, FieldId.Upgrade),
        'r' => If(name, "referer"u8, FieldId.Referer),
        'a' => If(name, "alt-svc"u8, FieldId.Hop),
        _ => FieldId.Other,
    };

    private static FieldId Ten(ReadOnlySpan<byte> name, int first) => first switch
    {
        'c' => If(name, "connection"u8, FieldId.Connection),
        'u' => If(name, "user-agent"u8, FieldId.UserAgent),
        'k' => If(name, "keep-alive"u8, FieldId.Hop),
        'x' => If(name, "x-consumer"u8, FieldId.Proven),
        _ => FieldId.Other,
    };

    private static FieldId Fourteen(ReadOnlySpan<byte> name, int first) => first switch
    {
        'c' => If(name, "content-length"u8, FieldId.ContentLength),
        'h' => If(name, "http2-settings"u8, FieldId.Hop),
        'p' => If(name, "proxy-features"u8, FieldId.Hop),
        _ => FieldId.Other,
    };

    private static FieldId Seventeen(ReadOnlySpan<byte> name, int first) => first switch
    {
        't' => If(name, "transfer-encoding"u8, FieldId.TransferEncoding),
        'x' => If(name, "x-forwarded-proto"u8, FieldId.ForwardedProto),
        'p' => If(name, "proxy-instruction"u8, FieldId.Hop),
        _ => FieldId.Other,
    };

    private static FieldId Fifteen(ReadOnlySpan<byte> name) => (name[2] | 0x20) == 'f'
        ? If(name, "x-forwarded-for"u8, FieldId.ForwardedFor)
        : If(name, "x-token-subject"u8, FieldId.Proven);

    /// <summary>What proxies say beside what this one says: the port, a prefix.</summary>
    private static FieldId Claim(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> prefix = "x-forwarded-"u8;
        return name.Length > prefix.Length
            ? If(name[..prefix.Length], prefix, FieldId.Forwarded)
            : If(name, "x-real-ip"u8, FieldId.Forwarded);
    }

    private static FieldId If(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, FieldId id)
    {
        if (Ascii.EqualsIgnoreCase(name, known)) return id;
        return IsGateways(id) && Mimics(name, known) ? FieldId.Proven : FieldId.Other;
    }

    /// <summary>What the gateway says, or keeps from back ends.</summary>
    private static bool IsGateways(FieldId id) => id is FieldId.Proven or FieldId.Hop or FieldId.ContentLength
        or FieldId.TransferEncoding or FieldId.Forwarded or FieldId.ForwardedFor or FieldId.ForwardedProto
        or FieldId.ForwardedHost;

    /// <summary>
    /// Back ends that hand headers on as variables (CGI, WSGI) read an underscore as a hyphen: <c>X_Consumer</c> would
    /// pass for the gateway's word.
    /// </summary>
    private static bool Mimics(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known)
    {
        if (name.Length != known.Length || !name.Contains((byte)'_')) return false;
        Span<byte> hyphened = stackalloc byte[LengthMax];
        name.Replace(hyphened, (byte)'_', (byte)'-');
        return Ascii.EqualsIgnoreCase(hyphened[..name.Length], known);
    }
}
