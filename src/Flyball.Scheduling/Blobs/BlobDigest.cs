using System.Buffers;

namespace Flyball.Scheduling.Blobs;

/// <summary><c>sha256:</c> and 64 lower-case hexadecimal digits: the only form that a file name is made of.</summary>
internal static class BlobDigest
{
    public const string Prefix = "sha256:";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsValid(string digest) =>
        digest.Length == Prefix.Length + 64
        && digest.StartsWith(Prefix, StringComparison.Ordinal)
        && !digest.AsSpan(Prefix.Length).ContainsAnyExcept(Digits);

    public static string FileName(string digest) => $"sha256-{digest[Prefix.Length..]}";

    /// <summary>The digest that a file name stands for; null for other files.</summary>
    public static string? OfFileName(string name)
    {
        string digest = name.StartsWith("sha256-", StringComparison.Ordinal) ? Prefix + name[7..] : "";
        return IsValid(digest) ? digest : null;
    }
}
