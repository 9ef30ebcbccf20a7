namespace Flyball.Scheduling.Compose.Values;

/// <summary>Which names a manifest may use.</summary>
internal static class NameRules
{
    /// <summary>What <see cref="IsProject"/> asks, for messages.</summary>
    public const string ProjectRule =
        "lower-case letters, digits, '-' and '_', beginning with a letter or digit, at most 63";

    /// <summary>What <see cref="IsService"/> asks, for messages.</summary>
    public const string ServiceRule = "letters, digits, '.', '-' and '_', beginning with a letter or digit, at most 63";

    /// <summary>What <see cref="IsPort"/> asks, for messages.</summary>
    public const string PortRule = "lower-case letters, digits and '-', at most 32, not only digits";

    private const int PortNameLengthMax = 32;

    public static bool IsProject(string name) =>
        name.Length is > 0 and <= ComposeLimits.NameLengthMax && name[0] is not ('-' or '_') &&
        name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    public static bool IsService(string name) =>
        name.Length is > 0 and <= ComposeLimits.NameLengthMax && char.IsAsciiLetterOrDigit(name[0]) &&
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public static bool IsPort(string name) =>
        name.Length is > 0 and <= PortNameLengthMax && !name.All(char.IsAsciiDigit) &&
        name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    /// <summary>
    /// A directory's name as a project's name: what does not fit is left out; empty when nothing is left.
    /// </summary>
    public static string ToProject(string directory)
    {
        string kept = string.Concat(
            directory.ToLowerInvariant()
                .Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'));
        kept = kept.TrimStart('-', '_');
        return kept.Length > ComposeLimits.NameLengthMax ? kept[..ComposeLimits.NameLengthMax] : kept;
    }
}
