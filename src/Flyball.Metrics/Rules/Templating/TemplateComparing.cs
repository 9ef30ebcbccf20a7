namespace Flyball.Metrics.Rules.Templating;

/// <summary>
/// Comparisons in templates. Whole numbers and others compare with each other, which Go does not allow.
/// </summary>
internal static class TemplateComparing
{
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (string one, string other) => one == other,
        (bool one, bool other) => one == other,
        (long one, long other) => one == other,
        (double or long, double or long) => TemplateValues.Number(left) == TemplateValues.Number(right),
        _ => throw Incompatible(left, right),
    };

    public static bool IsLess(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => string.CompareOrdinal(one, other) < 0,
        (long one, long other) => one < other,
        (double or long, double or long) => TemplateValues.Number(left) < TemplateValues.Number(right),
        _ => throw Incompatible(left, right),
    };

    private static TemplateException Incompatible(object? left, object? right) =>
        new($"incompatible types for comparison: {TemplateValues.Kind(left)} and {TemplateValues.Kind(right)}");
}
