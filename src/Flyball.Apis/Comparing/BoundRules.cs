using System.Globalization;

namespace Flyball.Apis.Comparing;

/// <summary>Bounds of values: lengths, sizes, patterns.</summary>
internal static class BoundRules
{
    private const string None = "none";

    /// <param name="tell">Keyword, old and new value, and whether fewer values are right than before.</param>
    public static void Compare(
        SchemaShape before, SchemaShape after, Action<string, string, string, bool> tell)
    {
        foreach (string key in before.Bounds.Keys.Union(after.Bounds.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal))
        {
            string? was = before.Bounds.GetValueOrDefault(key);
            string? isNow = after.Bounds.GetValueOrDefault(key);
            if (was == isNow) continue;
            tell(key, was ?? None, isNow ?? None, IsNarrower(key, was, isNow));
        }
    }

    private static bool IsNarrower(string key, string? was, string? isNow)
    {
        if (was is null || isNow is null) return was is null;
        // Whether one pattern takes all that another takes is not decided here; nor is it for multiples.
        if (Number(was) is not { } one || Number(isNow) is not { } other) return true;
        if (key == "multipleOf") return one == 0 || other % one == 0;
        return key.StartsWith("max", StringComparison.Ordinal) || key == "exclusiveMaximum" ? other < one : other > one;
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;
}
