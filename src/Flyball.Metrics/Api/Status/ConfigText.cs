using System.Collections.Concurrent;
using System.Text;
using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.Api.Status;

/// <summary>The settings as a Prometheus configuration file would say them, and when they were read last.</summary>
internal sealed class ConfigText(MetricsOptions options, ITargetView targets, TimeProvider time)
{
    /// <summary>The parts of the configuration, each read from files of its own.</summary>
    public const string RulesPart = "rules";
    public const string ScrapingPart = "scraping";

    private readonly ConcurrentDictionary<string, bool> broken = new(StringComparer.Ordinal);

    /// <summary>Whether every part is the one that its files have now.</summary>
    public bool IsLastReloadGood => broken.IsEmpty;

    public long LastReloadUnixMs { get; private set; } = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Notes how the reload of a part went; a bad one leaves it as it was.</summary>
    public void Reloaded(string part, bool isGood)
    {
        if (isGood) _ = broken.TryRemove(part, out _);
        else broken[part] = true;
        if (isGood) LastReloadUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    public string Write()
    {
        var yaml = new StringBuilder();
        yaml.Append("global:\n  evaluation_interval: ")
            .Append(Durations.Format((long)options.RuleInterval.TotalMilliseconds)).Append('\n');
        if (options.ExternalLabels.Count > 0) yaml.Append("  external_labels:\n");
        foreach ((string name, string value) in Sorted(options.ExternalLabels))
            yaml.Append("    ").Append(name).Append(": ").Append(Quoting.Quote(value)).Append('\n');
        if (options.Alertmanagers.Count > 0) WriteAlertmanagers(yaml);
        if (options.RuleFiles.Count > 0) yaml.Append("rule_files:\n");
        foreach (string file in options.RuleFiles) yaml.Append("  - ").Append(Quoting.Quote(file)).Append('\n');
        return yaml.Append(targets.ConfigYaml).ToString();
    }

    private static IEnumerable<KeyValuePair<string, string>> Sorted(IReadOnlyDictionary<string, string> labels) =>
        labels.OrderBy(label => label.Key, StringComparer.Ordinal);

    private void WriteAlertmanagers(StringBuilder yaml)
    {
        yaml.Append("alerting:\n  alertmanagers:\n");
        foreach (Uri address in options.Alertmanagers)
        {
            yaml.Append("    - scheme: ").Append(address.Scheme).Append('\n');
            yaml.Append("      path_prefix: ").Append(Quoting.Quote(address.AbsolutePath)).Append('\n');
            yaml.Append("      static_configs:\n        - targets: [").Append(Quoting.Quote(address.Authority))
                .Append("]\n");
        }
    }
}
