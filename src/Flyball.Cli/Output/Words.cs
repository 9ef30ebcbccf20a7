using System.Globalization;
using System.Text;

namespace Flyball.Cli.Output;

/// <summary>Numbers, ages and states as people read them.</summary>
internal static class Words
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Bytes(long? bytes)
    {
        if (bytes is not { } rest) return "-";
        double value = rest;
        int unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    /// <summary>The time since then in one unit: <c>12s</c>, <c>5m</c>, <c>3h</c>, <c>2d</c>.</summary>
    public static string Age(long? unixMs, long nowUnixMs)
    {
        if (unixMs is not { } then) return "-";
        long seconds = Math.Max(0, (nowUnixMs - then) / 1000);
        return seconds switch
        {
            < 60 => Invariant($"{seconds}s"),
            < 3600 => Invariant($"{seconds / 60}m"),
            < 86_400 => Invariant($"{seconds / 3600}h"),
            _ => Invariant($"{seconds / 86_400}d"),
        };
    }

    public static string Time(long? unixMs) => unixMs is { } then
        ? DateTimeOffset.FromUnixTimeMilliseconds(then).ToLocalTime()
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "-";

    /// <summary><c>BackingOff</c> and <c>backingOff</c> become <c>backing-off</c>.</summary>
    public static string State(string? name)
    {
        if (string.IsNullOrEmpty(name)) return "-";
        var text = new StringBuilder(name.Length + 2);
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>An id's first characters, enough to tell allocations apart on one screen.</summary>
    public static string ShortId(string? id) => id is { Length: > 8 } ? id[^8..] : id ?? "-";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
