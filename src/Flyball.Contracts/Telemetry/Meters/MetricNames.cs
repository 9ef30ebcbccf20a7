using System.Diagnostics.Metrics;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>
/// Names of instruments as Prometheus writes them: dots become underscores, the unit is appended, counters end in
/// <c>_total</c>.
/// </summary>
internal static class MetricNames
{
    public static string Of(Instrument instrument, bool isCounter)
    {
        string name = Clean(instrument.Name);
        string unit = Unit(instrument.Unit ?? "");
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name += "_" + unit;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Letters, digits and underscores stay; everything else becomes an underscore.</summary>
    public static string Clean(string name) =>
        string.Create(name.Length, name, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });

    /// <summary>A unit in words; annotations such as <c>{request}</c> are none.</summary>
    public static string Unit(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => "",
    };
}
