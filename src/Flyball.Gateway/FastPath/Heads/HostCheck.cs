using System.Buffers;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Tells hosts that everybody reads alike: a name or an address, and perhaps a port. What else may be legal is decided
/// by Kestrel, which knows the grammar. Pure.
/// </summary>
internal static class HostCheck
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create(":.0123456789ABCDEFabcdef"u8);

    public static bool IsPlain(ReadOnlySpan<byte> host)
    {
        int end = host.IndexOfAnyExcept(NameBytes);
        if (end < 0) end = host.Length;
        if (end == 0 && !TryAddress(host, out end)) return false;
        // One dot at the end is the root's; with another one no two servers agree which name is meant.
        if (host[..end].EndsWith(".."u8)) return false;
        if (end == host.Length) return true;
        ReadOnlySpan<byte> digits = host[(end + 1)..];
        return host[end] == ':' && digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>An IPv6 address in its brackets.</summary>
    private static bool TryAddress(ReadOnlySpan<byte> host, out int end)
    {
        end = 0;
        if (host.Length == 0 || host[0] != '[') return false;
        int length = host[1..].IndexOfAnyExcept(AddressBytes);
        end = length + 2;
        return length > 1 && host[end - 1] == ']';
    }
}
