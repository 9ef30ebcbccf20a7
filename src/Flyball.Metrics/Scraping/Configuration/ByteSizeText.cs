using System.Globalization;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Sizes as Prometheus writes them; as there, KB and KiB are both 1,024 bytes.</summary>
internal static class ByteSizeText
{
    private static readonly (string Unit, int Shift)[] Units =
    [
        ("KIB", 10), ("MIB", 20), ("GIB", 30), ("TIB", 40), ("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40), ("B", 0),
    ];

    /// <summary>Bytes, or null.</summary>
    public static long? TryParse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed == "0") return 0;
        foreach ((string unit, int shift) in Units)
        {
            if (!trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            bool isNumber = double.TryParse(
                trimmed[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out double count);
            double bytes = count * (1L << shift);
            return isNumber && bytes < long.MaxValue ? (long)bytes : null;
        }

        return null;
    }
}
