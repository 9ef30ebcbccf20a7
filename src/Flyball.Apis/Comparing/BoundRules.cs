using System.Globalization;

namespace Flyball.Apis.Comparing;

/// <summary>Bounds of values: lengths, sizes, patterns.</summary>
internal static class BoundRules
{
    /// <summary>Before a minimum that is not itself right: <c>exclusiveMinimum</c>.</summary>
    public const string Over = "over ";

    /// <summary>Before a maximum that is not itself right.</summary>
    public const string Under = "under ";

    private const string None = "none";

    /// <param name="tell">Keyword, old and new value, and what the change does.</param>
    public static void Compare(SchemaShape before, SchemaShape after, Action<string, string, string, BoundChange> tell)
    {
        foreach (string key in before.Bounds.Keys.Union(after.Bounds.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal))
        {
            string? was = before.Bounds.GetValueOrDefault(key);
            string? isNow = after.Bounds.GetValueOrDefault(key);
            if (was != isNow) tell(key, was ?? None, isNow ?? None, Judge(key, was, isNow));
        }
    }

    public static BoundChange Judge(string key, string? was, string? isNow)
    {
        if (was is null) return BoundChange.Narrower;
        if (isNow is null) return BoundChange.Wider;
        if (key == "multipleOf") return Multiples(was, isNow);
        // Whether one pattern takes all that another takes is not decided here; its text is no number.
        int order = key == "pattern" ? 0 : Order(was, isNow);
        if (order == 0) return BoundChange.Other;
        bool isUpper = key.StartsWith("max", StringComparison.Ordinal);
        return order < 0 == isUpper ? BoundChange.Wider : BoundChange.Narrower;
    }

    /// <summary>
    /// The multiples of a multiple are fewer. Of two numbers that do not divide each other, each has its own.
    /// </summary>
    private static BoundChange Multiples(string was, string isNow)
    {
        if (Number(was) is not (> 0 and { } one) || Number(isNow) is not (> 0 and { } other)) return BoundChange.Other;
        return other % one == 0 ? BoundChange.Narrower : one % other == 0 ? BoundChange.Wider : BoundChange.Other;
    }

    /// <summary>Below 0 when the first is the smaller; 0 when nobody can say.</summary>
    private static int Order(string one, string other)
    {
        (string first, int firstSide) = Sided(one);
        (string second, int secondSide) = Sided(other);
        int order = Number(first) is { } exact && Number(second) is { } otherExact ? exact.CompareTo(otherExact)
            // Generators write the ends of a double's range, which no decimal holds.
            : Double(first) is { } rough && Double(second) is { } otherRough ? rough.CompareTo(otherRough)
            : 0;
        return order == 0 && first == second ? firstSide.CompareTo(secondSide) : order;
    }

    private static (string Number, int Side) Sided(string text) =>
        text.StartsWith(Over, StringComparison.Ordinal) ? (text[Over.Length..], 1)
        : text.StartsWith(Under, StringComparison.Ordinal) ? (text[Under.Length..], -1)
        : (text, 0);

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    private static double? Double(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
