namespace Flyball.Gateway.Forwarding;

/// <summary>
/// Header fields that a sender named in <c>Connection</c> are meant for the next hop only and go no further
/// (RFC 9110 §7.6.1). Those that belong to every message are never taken for such.
/// </summary>
internal static class ConnectionHeaders
{
    /// <summary>Options of the connection itself, and fields that a sender must not make a proxy drop.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
        { "close", "keep-alive", "upgrade", "host", "content-length", "content-type", "transfer-encoding", "trailer" };

    /// <param name="values">The values of <c>Connection</c>, each a list separated by commas.</param>
    public static IEnumerable<string> Named(IEnumerable<string?> values) =>
        values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Where(name => name.Length > 0 && !Kept.Contains(name));

    public static void Remove(IEnumerable<string?> connection, HttpRequestMessage request)
    {
        foreach (string name in Named(connection))
        {
            if (request.Headers.NonValidated.Contains(name)) request.Headers.Remove(name);
            else if (request.Content?.Headers is { } content && content.NonValidated.Contains(name)) content.Remove(name);
        }
    }
}
