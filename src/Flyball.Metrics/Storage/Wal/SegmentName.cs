using System.Globalization;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>
/// Names of numbered files: eight digits and a suffix, so that ordinal order is the order of the numbers.
/// </summary>
internal static class SegmentName
{
    public static string Of(int number, string suffix) => number.ToString("D8", CultureInfo.InvariantCulture) + suffix;

    public static bool TryParse(string name, string suffix, out int number)
    {
        number = 0;
        return name.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, name.Length - suffix.Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out number);
    }
}
