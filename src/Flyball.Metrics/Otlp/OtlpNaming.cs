using System.Text;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// Names of metrics and labels by the rules of OpenTelemetry's Prometheus compatibility specification. See
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.
/// </summary>
internal sealed class OtlpNaming(OtlpTranslation translation)
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds",
        ["us"] = "microseconds", ["ns"] = "nanoseconds", ["By"] = "bytes", ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes", ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes", ["m"] = "meters", ["V"] = "volts",
        ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams", ["Cel"] = "celsius", ["Hz"] = "hertz",
        ["1"] = "", ["%"] = "percent",
    };

    private static readonly Dictionary<string, string> PerUnits = new(StringComparer.Ordinal)
    {
        ["s"] = "second", ["m"] = "minute", ["h"] = "hour", ["d"] = "day", ["w"] = "week", ["mo"] = "month",
        ["y"] = "year",
    };

    private bool Escapes => translation
        is OtlpTranslation.UnderscoreEscapingWithSuffixes or OtlpTranslation.UnderscoreEscapingWithoutSuffixes;

    private bool AddsSuffixes => translation
        is OtlpTranslation.UnderscoreEscapingWithSuffixes or OtlpTranslation.NoUTF8EscapingWithSuffixes;

    /// <summary>The name of a metric family here.</summary>
    public string Metric(string name, string unit, MetricType type)
    {
        if (!AddsSuffixes) return Escapes ? EscapeName(name) : name;
        (string main, string per) = SplitUnit(unit);
        bool isRatio = unit == "1" && type == MetricType.Gauge;
        return Escapes
            ? Escaped(name, main, per, type == MetricType.Counter, isRatio)
            : Unescaped(name, main, per, type == MetricType.Counter, isRatio);
    }

    /// <summary>The name of a label here.</summary>
    public string Label(string name)
    {
        if (!Escapes || name.Length == 0) return name;
        string clean = Replace(name, colons: false);
        if (char.IsAsciiDigit(clean[0])) return "key_" + clean;
        // A single underscore in front would be a name of one's own; two are a name of the system's.
        return clean[0] == '_' && !clean.StartsWith("__", StringComparison.Ordinal) ? "key" + clean : clean;
    }

    /// <summary>The unit as metadata says it.</summary>
    public static string Unit(string unit)
    {
        (string main, string per) = SplitUnit(unit);
        return per.Length == 0 ? main : main.Length == 0 ? $"per_{per}" : $"{main}_per_{per}";
    }

    private static string Escaped(string name, string main, string per, bool isCounter, bool isRatio)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (char c in name + " ")
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':') token.Append(c);
            else if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }

        if (main.Length > 0 && !tokens.Contains(main)) tokens.Add(main);
        if (per.Length > 0 && !tokens.Contains(per)) tokens.AddRange(["per", per]);
        if (isCounter) MoveToEnd(tokens, "total");
        if (isRatio) MoveToEnd(tokens, "ratio");
        string joined = string.Join('_', tokens);
        return joined.Length > 0 && char.IsAsciiDigit(joined[0]) ? "_" + joined : joined;
    }

    private static string Unescaped(string name, string main, string per, bool isCounter, bool isRatio)
    {
        if (isCounter) name = TrimSuffix(name, "_total");
        if (isRatio) name = TrimSuffix(name, "_ratio");
        if (per.Length > 0) name = TrimSuffix(name, "_per_" + per);
        if (main.Length > 0 && !name.EndsWith("_" + main, StringComparison.Ordinal)) name += "_" + main;
        if (per.Length > 0) name += "_per_" + per;
        if (isCounter) name += "_total";
        return isRatio ? name + "_ratio" : name;
    }

    private static (string Main, string Per) SplitUnit(string unit)
    {
        string[] parts = unit.Split('/', 2);
        string main = parts[0].Trim();
        string per = parts.Length > 1 ? parts[1].Trim() : "";
        // What stands in braces is a remark, not a unit.
        main = main.Contains('{', StringComparison.Ordinal) ? "" : Clean(Units.GetValueOrDefault(main, main));
        per = per.Contains('{', StringComparison.Ordinal) ? "" : Clean(PerUnits.GetValueOrDefault(per, per));
        return (main, per);
    }

    private static string Clean(string unit) => Replace(unit, colons: false).Trim('_');

    private static string EscapeName(string name)
    {
        string clean = Replace(name, colons: true);
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }

    private static string Replace(string name, bool colons) =>
        string.Create(name.Length, (name, colons), static (to, from) =>
        {
            for (int at = 0; at < to.Length; at++)
            {
                char c = from.name[at];
                to[at] = char.IsAsciiLetterOrDigit(c) || (from.colons && c == ':') ? c : '_';
            }
        });

    private static void MoveToEnd(List<string> tokens, string token)
    {
        tokens.RemoveAll(one => one == token);
        tokens.Add(token);
    }

    private static string TrimSuffix(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
}
