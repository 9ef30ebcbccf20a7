namespace Flyball.Scheduling.Compose.Values;

/// <summary>Image references: <c>[registry[:port]/]name[/name…][:tag][@algorithm:digest]</c>.</summary>
internal static class ImageReference
{
    private const int TagLengthMax = 128;
    private const int NameLengthMax = 255;

    /// <returns>What is wrong with the reference, or null.</returns>
    public static string? Check(string reference)
    {
        string rest = reference;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!IsDigest(rest[(at + 1)..]))
                return $"'{rest[(at + 1)..]}' is no digest, such as sha256: and 64 hexadecimal digits";
            rest = rest[..at];
        }
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            if (!IsTag(rest[(colon + 1)..])) return $"'{rest[(colon + 1)..]}' is no tag";
            rest = rest[..colon];
        }
        if (rest.Length is 0 or > NameLengthMax) return "the image has no name, or one that is too long";
        string[] parts = rest.Split('/');
        int first = parts.Length > 1 && IsRegistry(parts[0]) ? 1 : 0;
        string? bad = parts.Skip(first).FirstOrDefault(part => !IsComponent(part));
        if (bad is null) return null;
        return bad.Any(char.IsAsciiLetterUpper)
            ? $"'{bad}' has upper-case letters, which image names may not have"
            : $"'{bad}' is no part of an image's name";
    }

    private static bool IsRegistry(string part) =>
        (part.AsSpan().ContainsAny('.', ':') || part == "localhost") &&
        part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '-' or '[' or ']');

    private static bool IsComponent(string part) =>
        part.Length > 0 && IsWord(part[0]) && IsWord(part[^1]) && part.All(c => IsWord(c) || c is '.' or '_' or '-');

    private static bool IsWord(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= TagLengthMax && tag[0] is not ('.' or '-') &&
        tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsDigest(string digest)
    {
        int colon = digest.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && digest.Length - colon - 1 >= 32 && digest[(colon + 1)..].All(char.IsAsciiHexDigitLower);
    }
}
