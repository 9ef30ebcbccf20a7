using System.Buffers;

namespace Flyball.Contracts.Gateway;

/// <summary>Which headers a route may write: what would break or reframe a message is refused.</summary>
public static class HeaderRules
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>They frame the message, belong to one connection, or say where the request goes.</summary>
    private static readonly SearchValues<string> Reserved = SearchValues.Create(
        [
            "connection", "content-length", "host", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade", "via",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>A token (RFC 9110 §5.6.2).</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Printable ASCII and inner spaces.</summary>
    public static bool IsValue(string value) =>
        !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && value.Trim().Length == value.Length;

    /// <summary>True when no route may set, add or remove it.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>A header as a route may write it.</summary>
    public static bool MayWrite(HeaderValue header) =>
        IsName(header.Name) && IsValue(header.Value) && !IsReserved(header.Name);
}
