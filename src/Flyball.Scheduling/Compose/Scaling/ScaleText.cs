using System.Globalization;
using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary>Signals and numbers as <c>x-scale</c> writes them.</summary>
internal static class ScaleText
{
    private const double ShareMax = 10;
    private const double NumberMax = 1e12;

    public static readonly IReadOnlyDictionary<string, ScaleSignal> Signals = new SortedDictionary<string, ScaleSignal>(
        StringComparer.Ordinal)
    {
        ["concurrency"] = ScaleSignal.Concurrency,
        ["cpu"] = ScaleSignal.Cpu,
        ["disk"] = ScaleSignal.Disk,
        ["latency"] = ScaleSignal.Latency,
        ["memory"] = ScaleSignal.Memory,
        ["requests_per_second"] = ScaleSignal.RequestsPerSecond,
    };

    public static bool IsShare(ScaleSignal signal) =>
        signal is ScaleSignal.Cpu or ScaleSignal.Memory or ScaleSignal.Disk;

    public static bool IsOfGateway(ScaleSignal signal) =>
        signal is ScaleSignal.RequestsPerSecond or ScaleSignal.Concurrency or ScaleSignal.Latency;

    /// <summary><c>80%</c> or <c>0.8</c>, above 0; <c>80</c> alone is refused, it is a slip.</summary>
    public static double? Share(ReadOnlySpan<char> text)
    {
        bool isPercent = text.EndsWith("%");
        ReadOnlySpan<char> rest = isPercent ? text[..^1].TrimEnd() : text;
        if (!DecimalText.TryTake(ref rest, out decimal number) || !rest.IsEmpty) return null;
        double share = (double)number / (isPercent ? 100 : 1);
        return share is > 0 and <= ShareMax ? share : null;
    }

    /// <summary>A number that may be negative, or with an exponent, as PromQL gives.</summary>
    public static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        && Math.Abs(number) <= NumberMax ? number : null;

    /// <summary>A threshold in the unit of <paramref name="signal"/>; null when the text is none.</summary>
    public static double? Threshold(ScaleSignal signal, ReadOnlySpan<char> text)
    {
        if (IsShare(signal)) return Share(text);
        // 300 alone would be five minutes, and is meant as milliseconds by most who write it.
        if (signal == ScaleSignal.Latency)
            return ComposeDuration.TryParse(text, out TimeSpan span) && span > TimeSpan.Zero ? span.TotalSeconds : null;
        double? number = Number(text);
        return signal == ScaleSignal.Query || number > 0 ? number : null;
    }

    /// <summary>
    /// A share from above 0, or from 0 with <paramref name="orNone"/>, to <paramref name="most"/>; an error at the
    /// field otherwise.
    /// </summary>
    public static double? ReadShare(Field field, double most, bool orNone = false)
    {
        if (field.Word() is not { } text) return null;
        if (orNone && text is ("0%" or "0")) return 0;
        if (Share(text) is { } share && share <= most) return share;
        field.Error(
            string.Create(CultureInfo.InvariantCulture, $"'{text}' is no share above 0% and up to {most * 100}%"),
            "for example 60%");
        return null;
    }

    /// <summary>A number above 0; an error at the field otherwise.</summary>
    public static double? ReadPositive(Field field)
    {
        if (field.Word() is not { } text) return null;
        if (Number(text) is { } number && number > 0) return number;
        field.Error($"'{text}' is no number above 0");
        return null;
    }

    /// <summary>A duration from <paramref name="least"/> to a day; an error at the field otherwise.</summary>
    public static TimeSpan? ReadSpan(Field field, TimeSpan least, int hoursMax = 24)
    {
        if (field.Duration() is not { } span) return null;
        if (span >= least && span <= TimeSpan.FromHours(hoursMax)) return span;
        field.Error(FormattableString.Invariant($"must be from {ComposeDuration.Format(least)} to {hoursMax}h"));
        return null;
    }

    /// <summary>PromQL.</summary>
    public static string? ReadQuery(Field field)
    {
        if (ReadCondition(field) is not { } query) return null;
        field.CheckPromQl(query);
        return query;
    }

    /// <summary>A rule's signal or PromQL with its threshold.</summary>
    public static string? ReadCondition(Field field)
    {
        if (field.Word() is not { } text) return null;
        if (text.Length <= ComposeLimits.ScaleQueryLengthMax) return text.Trim();
        field.Error($"is longer than {ComposeLimits.ScaleQueryLengthMax} characters");
        return null;
    }

    /// <summary>The items of a list, as many as are allowed.</summary>
    public static IEnumerable<Field> ReadItems(Field field)
    {
        List<Field> items = [.. field.ItemsOrOne()];
        if (items.Count > ComposeLimits.ScaleItemsMax)
            field.Error($"may have {ComposeLimits.ScaleItemsMax} entries at most");
        return items.Take(ComposeLimits.ScaleItemsMax);
    }
}
