using System.Text;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Pushgateway;

/// <summary>
/// The path behind <c>/metrics/</c>: <c>job/NAME{/LABEL/VALUE}</c>, where <c>@base64</c> behind a name means that its
/// value is in base64url, as values with slashes or none at all are written.
/// </summary>
internal static class PushPath
{
    private const string Base64Suffix = "@base64";
    private const int LabelsMax = 32;

    /// <summary>The grouping labels, or null and what is wrong.</summary>
    public static Labels? TryRead(string path, out string problem)
    {
        problem = "";
        string[] parts = path.Trim('/').Split('/');
        // A value may be empty, and so may be the last part.
        if (path.EndsWith('/') && parts.Length % 2 == 1) parts = [.. parts, ""];
        if (parts.Length % 2 == 1 || parts.Length / 2 > LabelsMax)
            return Fail("names and values must alternate", out problem);
        var labels = new LabelsBuilder();
        for (int at = 0; at < parts.Length; at += 2)
        {
            string name = parts[at];
            // The server decodes all escapes of a path but that of the slash.
            string? value = parts[at + 1].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            if (name.EndsWith(Base64Suffix, StringComparison.Ordinal))
            {
                name = name[..^Base64Suffix.Length];
                value = TryDecode(parts[at + 1]);
                if (value is null) return Fail($"the value of {name} is no base64url", out problem);
            }

            if (at == 0 && (name != "job" || value.Length == 0))
                return Fail("the path must begin with a job", out problem);
            if (!LabelNames.IsPlain(name) || name.StartsWith("__", StringComparison.Ordinal))
                return Fail($"{name} is no label name", out problem);
            if (labels.Get(name).Length > 0) return Fail($"{name} comes twice", out problem);
            labels.Set(name, value);
        }

        return labels.ToLabels();
    }

    private static string? TryDecode(string text)
    {
        string base64 = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        byte[] bytes = new byte[base64.Length];
        string padded = base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        if (!Convert.TryFromBase64String(padded, bytes, out int size)) return null;
        ReadOnlySpan<byte> utf8 = bytes.AsSpan(0, size);
        return System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
    }

    private static Labels? Fail(string reason, out string problem)
    {
        problem = reason;
        return null;
    }
}
