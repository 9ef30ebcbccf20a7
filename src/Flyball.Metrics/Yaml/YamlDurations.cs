using Flyball.Contracts.Yaml;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.Yaml;

/// <summary>Durations as Prometheus writes them, below a key.</summary>
internal static class YamlDurations
{
    public static TimeSpan Duration(this YamlFields fields, string key, TimeSpan absent)
    {
        string? text = fields.Text(key);
        if (text is null) return absent;
        if (Durations.TryParse(text, out _) is { } ms) return TimeSpan.FromMilliseconds(ms);
        fields.Fail(key, $"takes a duration such as 30s or 5m, not {text}");
        return absent;
    }
}
