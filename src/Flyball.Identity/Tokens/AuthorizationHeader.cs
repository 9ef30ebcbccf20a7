using System.Text;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Finds the token in a request's <c>Authorization</c> header. Many clients of other protocols (Grafana, Prometheus,
/// docker) know basic authentication only: there the token is the password, and the user's name does not matter.
/// </summary>
internal static class AuthorizationHeader
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>The token, or null when the header is neither of the two.</summary>
    public static string? TryReadToken(string header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return header[Bearer.Length..].Trim();
        return header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            ? TryReadPassword(header[Basic.Length..].Trim())
            : null;
    }

    public static bool IsBasic(string header) => header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase);

    private static string? TryReadPassword(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out int written)) return null;
        string pair = Encoding.UTF8.GetString(bytes, 0, written);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
