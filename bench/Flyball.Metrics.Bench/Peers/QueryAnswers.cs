using System.Globalization;
using System.Text.Json;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>The points of a range query's answer by series.</summary>
internal sealed class QueryAnswers
{
    /// <summary>Sums may be added up in another order.</summary>
    private const double Tolerance = 1e-9;

    private readonly Dictionary<string, Dictionary<double, double>> _series = [];

    public static QueryAnswers Parse(byte[] json)
    {
        var answers = new QueryAnswers();
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement row in document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            string labels = string.Join(',', row.GetProperty("metric").EnumerateObject()
                .Select(label => $"{label.Name}={label.Value.GetString()}").Order(StringComparer.Ordinal));
            answers._series[labels] = row.GetProperty("values").EnumerateArray()
                .ToDictionary(point => point[0].GetDouble(), point => Number(point[1].GetString()!));
        }

        return answers;
    }

    /// <summary>The first difference, or null. An answer without series is no answer.</summary>
    public string? DifferenceFrom(QueryAnswers other)
    {
        if (_series.Count == 0 || _series.Count != other._series.Count)
            return $"{_series.Count} series against {other._series.Count}";
        foreach ((string labels, Dictionary<double, double> points) in _series)
        {
            if (!other._series.TryGetValue(labels, out Dictionary<double, double>? others))
                return $"{{{labels}}} is too much";
            if (points.Count != others.Count) return $"{{{labels}}} has {points.Count} points against {others.Count}";
            foreach ((double at, double value) in points)
            {
                if (!others.TryGetValue(at, out double found)) return $"{{{labels}}} has a point at {at}";
                if (!AreClose(value, found)) return $"{{{labels}}} at {at}: {value:R} against {found:R}";
            }
        }

        return null;
    }

    private static bool AreClose(double left, double right) => left.Equals(right)
        || Math.Abs(left - right) <= Math.Max(Math.Abs(left), Math.Abs(right)) * Tolerance;

    private static double Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
