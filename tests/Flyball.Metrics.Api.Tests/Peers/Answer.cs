using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>An answer of the query API, to be compared with another server's.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Error">The error, or empty.</param>
/// <param name="Series">Points by labels.</param>
/// <param name="Notes">Warnings and infos, each once.</param>
internal sealed partial record Answer(
    int Status, string Error, SortedDictionary<string, SortedDictionary<double, double>> Series,
    SortedSet<string> Notes)
{
    /// <summary>Sums may be added up in another order.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>There were too many: which of them are shown is left to chance.</summary>
    private bool AreNotesCut => Notes.Any(note => note.Contains("annotations omitted", StringComparison.Ordinal));

    public static Answer Read(int status, JsonElement json)
    {
        var series = new SortedDictionary<string, SortedDictionary<double, double>>(StringComparer.Ordinal);
        if (status != 200) return new Answer(status, json.GetProperty("error").GetString()!, series, []);
        JsonElement result = json.GetProperty("data").GetProperty("result");
        SortedSet<string> notes = ReadNotes(json);
        if (json.GetProperty("data").GetProperty("resultType").GetString() == "scalar")
        {
            series[""] = Points([result]);
            return new Answer(status, "", series, notes);
        }

        foreach (JsonElement row in result.EnumerateArray())
        {
            string labels = string.Join(',', row.GetProperty("metric").EnumerateObject()
                .Select(label => $"{label.Name}={label.Value.GetString()}").Order(StringComparer.Ordinal));
            if (Rows(row, "value") is { Length: > 0 } values) series.Add(labels, Points(values));
            foreach (JsonElement histogram in Rows(row, "histogram")) AddHistogram(series, labels, histogram);
        }

        return new Answer(status, "", series, notes);
    }

    /// <summary>
    /// Without the metric's name (later versions leave it out unless names are removed late), without the position
    /// (later versions point into parentheses), without numbers (their last digit), and without the warning that came
    /// later.
    /// </summary>
    private static SortedSet<string> ReadNotes(JsonElement json)
    {
        var notes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string kind in new[] { "warnings", "infos" })
        {
            if (!json.TryGetProperty(kind, out JsonElement texts)) continue;
            notes.UnionWith(texts.EnumerateArray().Select(text => NameAndPlace().Replace(text.GetString()!, "")));
        }

        // Which of the two a group meets first depends on the order of its series.
        if (notes.Any(note => note.Contains("exponential and custom", StringComparison.Ordinal)))
            notes.RemoveWhere(note => note.Contains("a mix of histograms and floats", StringComparison.Ordinal));
        notes.RemoveWhere(note => note.Contains("sort is ineffective", StringComparison.Ordinal));
        return notes;
    }

    [GeneratedRegex("""( for metric name "[^"]*")|(, got [-+.\w]+)?( \(\d+:\d+\))$""")]
    private static partial Regex NameAndPlace();

    /// <summary>The one point of an instant query, or those of a range query; none of the other kind.</summary>
    private static JsonElement[] Rows(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement one) ? [one]
        : row.TryGetProperty(name + "s", out JsonElement many) ? [.. many.EnumerateArray()] : [];

    /// <summary>A histogram becomes several series: its count, its sum, and each bucket by its bounds.</summary>
    private static void AddHistogram(
        SortedDictionary<string, SortedDictionary<double, double>> series, string labels, JsonElement point)
    {
        void AddPart(string part, JsonElement value)
        {
            if (!series.TryGetValue($"{labels} {part}", out SortedDictionary<double, double>? points))
                series.Add($"{labels} {part}", points = []);
            points.Add(point[0].GetDouble(), Parse(value.GetString()!));
        }

        AddPart("count", point[1].GetProperty("count"));
        AddPart("sum", point[1].GetProperty("sum"));
        if (!point[1].TryGetProperty("buckets", out JsonElement buckets)) return;
        foreach (JsonElement bucket in buckets.EnumerateArray())
            AddPart($"{bucket[0]}:{Bound(bucket[1])}..{Bound(bucket[2])}", bucket[3]);
    }

    /// <summary>Powers of two to a fraction are not the same in their last digit everywhere.</summary>
    private static string Bound(JsonElement text) => Parse(text.GetString()!).ToString("G10", null);

    /// <summary>The first difference, or null.</summary>
    public string? DifferenceFrom(Answer other)
    {
        if (Status != other.Status) return $"status {Status} ({Error}) against {other.Status} ({other.Error})";
        string[] missing = [.. Series.Keys.Except(other.Series.Keys)];
        if (missing.Length > 0) return $"series {{{missing[0]}}} is missing";
        string[] extra = [.. other.Series.Keys.Except(Series.Keys)];
        if (extra.Length > 0) return $"series {{{extra[0]}}} is too much";
        if (!AreNotesCut && !other.AreNotesCut && !Notes.SetEquals(other.Notes))
            return $"notes [{string.Join("; ", Notes)}] against [{string.Join("; ", other.Notes)}]";
        foreach ((string labels, SortedDictionary<double, double> points) in Series)
        {
            SortedDictionary<double, double> others = other.Series[labels];
            if (points.Count != others.Count) return $"{{{labels}}} has {points.Count} points against {others.Count}";
            foreach ((double at, double value) in points)
            {
                if (!others.TryGetValue(at, out double found)) return $"{{{labels}}} has no point at {at}";
                if (!AreClose(value, found)) return $"{{{labels}}} at {at}: {value:R} against {found:R}";
            }
        }

        return null;
    }

    private static bool AreClose(double left, double right)
    {
        if (left.Equals(right)) return true;
        double size = Math.Max(Math.Abs(left), Math.Abs(right));
        return Math.Abs(left - right) <= Math.Max(size * Tolerance, 1e-12);
    }

    private static SortedDictionary<double, double> Points(IEnumerable<JsonElement> points)
    {
        var values = new SortedDictionary<double, double>();
        foreach (JsonElement point in points) values.Add(point[0].GetDouble(), Parse(point[1].GetString()!));
        return values;
    }

    private static double Parse(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
