namespace Flyball.Scheduling.Compose.Values;

/// <summary>Durations as in Compose: numbers with units in a row, <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>.</summary>
internal static class ComposeDuration
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        // Two-letter units first, or "ms" would be read as minutes.
        ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond),
        ("µs", TimeSpan.TicksPerMicrosecond),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>The longest duration that a manifest may ask for.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(366);

    /// <summary>
    /// False for anything else: a number without a unit (save 0), a negative one, one beyond <see cref="Max"/>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is "0") return true;
        if (text.IsEmpty) return false;
        decimal ticks = 0;
        while (!text.IsEmpty)
        {
            if (!DecimalText.TryTake(ref text, out decimal number) || !TryTakeUnit(ref text, out long unit))
                return false;
            if (number > Max.Ticks) return false;
            ticks += number * unit;
            if (ticks > Max.Ticks) return false;
        }
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back as the same duration.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var text = new System.Text.StringBuilder();
        long left = duration.Ticks;
        foreach ((string unit, long ticks) in (ReadOnlySpan<(string, long)>)
            [
                ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
                ("ms", TimeSpan.TicksPerMillisecond),
            ])
        {
            if (left >= ticks) text.Append(FormattableString.Invariant($"{left / ticks}{unit}"));
            left %= ticks;
        }
        if (left > 0) text.Append(FormattableString.Invariant($"{left / (decimal)TimeSpan.TicksPerMicrosecond}us"));
        return text.ToString();
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> text, out long ticks)
    {
        foreach ((string unit, long unitTicks) in Units)
        {
            if (!text.StartsWith(unit, StringComparison.Ordinal)) continue;
            text = text[unit.Length..];
            ticks = unitTicks;
            return true;
        }
        ticks = 0;
        return false;
    }
}
