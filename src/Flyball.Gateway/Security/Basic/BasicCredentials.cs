using System.Text;

namespace Flyball.Gateway.Security.Basic;

/// <summary>A name and a password from an <c>Authorization</c> header (RFC 7617, UTF-8).</summary>
internal readonly record struct BasicCredentials(string Name, string Password)
{
    /// <summary>Characters of the header's value that are read.</summary>
    public const int LengthMax = 1024;

    /// <summary>Null when it is no such value.</summary>
    /// <param name="value">What stands behind <c>Basic</c>.</param>
    public static BasicCredentials? Parse(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > LengthMax) return null;
        Span<byte> bytes = stackalloc byte[LengthMax];
        // The decoder passes over blanks.
        if (value.ContainsAny(" \t\r\n"u8)) return null;
        if (System.Buffers.Text.Base64.DecodeFromUtf8(value, bytes, out int consumed, out int written)
            != System.Buffers.OperationStatus.Done || consumed != value.Length)
            return null;
        ReadOnlySpan<byte> pair = bytes[..written];
        int colon = pair.IndexOf((byte)':');
        if (colon < 0 || pair.ContainsAnyInRange((byte)0, (byte)0x1f)) return null;
        return new BasicCredentials(
            Encoding.UTF8.GetString(pair[..colon]), Encoding.UTF8.GetString(pair[(colon + 1)..]));
    }

    /// <summary>Nothing of the password.</summary>
    public override string ToString() => Name;
}
