namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>What a connection begins with tells its protocol.</summary>
internal enum FirstBytes
{
    Http1,

    /// <summary>The preface of HTTP/2 (RFC 9113 §3.4).</summary>
    Http2,

    /// <summary>A TLS handshake.</summary>
    Tls,

    /// <summary>A beginning of HTTP/2's preface, which may still become something else.</summary>
    Undecided,
}

internal static class Protocols
{
    /// <summary>A TLS record of the handshake begins with it.</summary>
    private const byte TlsHandshake = 0x16;

    public static FirstBytes Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == TlsHandshake) return FirstBytes.Tls;
        if (bytes[0] != 'P') return FirstBytes.Http1;
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0"u8;
        int length = Math.Min(bytes.Length, preface.Length);
        if (!bytes[..length].SequenceEqual(preface[..length])) return FirstBytes.Http1;
        return length == preface.Length ? FirstBytes.Http2 : FirstBytes.Undecided;
    }
}
