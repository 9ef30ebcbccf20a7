namespace Flyball.Gateway.Routing.Conditions;

/// <summary>Finds a cookie in a <c>Cookie</c> header (RFC 6265 §4.2).</summary>
internal static class CookieFields
{
    public static bool TryFind(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (header.Length > 0)
        {
            int end = header.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = (end < 0 ? header : header[..end]).Trim(" \t"u8);
            header = end < 0 ? default : header[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !pair[..equals].SequenceEqual(name)) continue;
            value = pair[(equals + 1)..].Trim((byte)'"');
            return true;
        }

        value = default;
        return false;
    }
}
