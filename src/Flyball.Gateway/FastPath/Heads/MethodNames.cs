using System.Collections.Frozen;
using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Methods are told apart by case (RFC 9110 §9.1), but client libraries and back ends take <c>get</c> for GET: what
/// differs from a known method in case alone could go past the guards of a route that names it.
/// </summary>
internal static class MethodNames
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "QUERY");

    public static bool IsMisspelt(string method) => Known.TryGetValue(method, out string? known) && known != method;

    /// <summary>Methods in use have a string of their own already; null for a misspelt one.</summary>
    public static string? Read(ReadOnlySpan<byte> method) => method switch
    {
        _ when method.SequenceEqual("GET"u8) => "GET",
        _ when method.SequenceEqual("POST"u8) => "POST",
        _ when method.SequenceEqual("HEAD"u8) => "HEAD",
        _ when method.SequenceEqual("PUT"u8) => "PUT",
        _ when method.SequenceEqual("DELETE"u8) => "DELETE",
        _ when method.SequenceEqual("PATCH"u8) => "PATCH",
        _ when method.SequenceEqual("OPTIONS"u8) => "OPTIONS",
        _ => Other(Encoding.ASCII.GetString(method)),
    };

    private static string? Other(string method) => IsMisspelt(method) ? null : method;
}
