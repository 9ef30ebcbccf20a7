using System.Globalization;
using System.Text.Json;

namespace Flyball.Metrics.Api.Answers;

/// <summary>Times as RFC 3339 writes them, in UTC.</summary>
internal static class JsonDates
{
    /// <summary>What Go writes for no time at all; clients know it.</summary>
    private const string Never = "0001-01-01T00:00:00Z";

    /// <summary>A time in Unix milliseconds; 0 is written as no time.</summary>
    public static void WriteDate(this Utf8JsonWriter json, string name, long unixMs) =>
        json.WriteString(name, Format(unixMs));

    public static string Format(long unixMs) => unixMs == 0
        ? Never
        : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
