using Flyball.Contracts.Yaml;
using Flyball.Metrics.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>
/// Reads a scrape configuration in Prometheus' format: <c>global</c> and <c>scrape_configs</c>. A whole
/// <c>prometheus.yml</c> is taken too; its sections that have a setting of their own here are named in a warning.
/// See https://prometheus.io/docs/prometheus/latest/configuration/configuration/.
/// </summary>
internal static class ScrapeConfigurationReader
{
    /// <summary>Files that <c>scrape_config_files</c> may bring in.</summary>
    private const int IncludedFilesMax = 1_000;

    private static readonly (string Key, string Advice)[] Elsewhere =
    [
        ("rule_files", "set metrics-rule-files"), ("alerting", "set metrics-alertmanagers"),
        ("remote_write", "this server keeps its metrics itself"), ("remote_read", "this server reads its own store"),
        ("storage", "set metrics-out-of-order and metrics-retention"), ("tracing", "it does not concern scraping"),
        ("otlp", "set metrics-otlp-translation"), ("runtime", "it is Go's"),
    ];

    private static readonly (string Key, string Advice)[] GlobalElsewhere =
    [
        ("evaluation_interval", "set metrics-rule-interval"), ("rule_query_offset", "rules are evaluated at once"),
        ("external_labels", "set metrics-external-labels"), ("query_log_file", "queries are logged with the server"),
        ("scrape_failure_log_file", "failures are logged with the server"),
    ];

    /// <summary>Null when there are problems.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="directory">Where relative paths in it start.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static ScrapeConfiguration? TryRead(string text, string directory, YamlProblems problems)
    {
        YamlNode? root = YamlTree.TryRead(text, problems);
        if (problems.Any) return null;
        if (root is null) return ScrapeConfiguration.Empty;
        if (YamlFields.TryOf(root, problems) is not { } fields) return null;
        var warnings = new List<string>();
        GlobalSettings global = fields.Fields("global") is { } section
            ? ReadGlobal(section, warnings)
            : new GlobalSettings();
        var jobs = new List<ScrapeJob>();
        foreach (YamlNode item in fields.List("scrape_configs"))
        {
            if (ScrapeJobReader.TryRead(item, global, directory, problems) is { } job) jobs.Add(job);
        }

        ReadIncluded(fields, global, directory, jobs);
        Warn(fields, Elsewhere, warnings);
        fields.Finish();
        CheckNames(fields, jobs);
        if (problems.Any) return null;
        string shown = fields.Node("scrape_configs") is { } node ? YamlText.Show("scrape_configs", node) : "";
        return new ScrapeConfiguration(jobs, warnings, shown);
    }

    private static GlobalSettings ReadGlobal(YamlFields fields, List<string> warnings)
    {
        TimeSpan interval = fields.Duration("scrape_interval", TimeSpan.FromMinutes(1));
        if (interval <= TimeSpan.Zero) fields.Fail("scrape_interval", "must be longer than nothing");
        TimeSpan timeout = fields.Duration("scrape_timeout", Min(interval, TimeSpan.FromSeconds(10)));
        if (timeout > interval) fields.Fail("scrape_timeout", "is longer than scrape_interval");
        var global = new GlobalSettings
        {
            Interval = interval,
            Timeout = timeout,
            Protocols = ScrapeJobReader.ReadProtocols(fields),
            TakesNativeHistograms = fields.Flag("scrape_native_histograms", false),
            AlwaysTakesClassicHistograms = fields.Flag("always_scrape_classic_histograms", false),
            Limits = ScrapeJobReader.ReadLimits(fields, new ScrapeLimits()),
        };
        ScrapeJobReader.CheckUnsupported(fields);
        Warn(fields, GlobalElsewhere, warnings);
        fields.Finish();
        return global;
    }

    private static void ReadIncluded(
        YamlFields fields, GlobalSettings global, string directory, List<ScrapeJob> jobs)
    {
        foreach (string pattern in fields.Texts("scrape_config_files"))
        {
            string path = Path.Combine(directory, pattern);
            string folder = Path.GetDirectoryName(path) ?? directory;
            string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(path)) : [];
            foreach (string file in files.Order(StringComparer.Ordinal).Take(IncludedFilesMax))
                ReadIncludedFile(file, global, fields.Problems, jobs);
        }
    }

    private static void ReadIncludedFile(
        string file, GlobalSettings global, YamlProblems problems, List<ScrapeJob> jobs)
    {
        var own = new YamlProblems(file);
        try
        {
            YamlNode? root = YamlTree.TryRead(File.ReadAllText(file), own);
            if (root is not null && YamlFields.TryOf(root, own) is { } fields)
            {
                foreach (YamlNode item in fields.List("scrape_configs"))
                {
                    if (ScrapeJobReader.TryRead(item, global, Path.GetDirectoryName(file)!, own) is { } job)
                        jobs.Add(job);
                }

                fields.Finish();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            own.Add(1, 1, e.Message);
        }

        if (own.Any) problems.Add(1, 1, $"an included file is not usable:\n{own}");
    }

    private static void CheckNames(YamlFields fields, List<ScrapeJob> jobs)
    {
        foreach (IGrouping<string, ScrapeJob> same in jobs.GroupBy(job => job.Name).Where(group => group.Count() > 1))
            fields.Problems.Add(fields.Map, $"there are {same.Count()} jobs named {same.Key}");
    }

    private static void Warn(YamlFields fields, (string Key, string Advice)[] keys, List<string> warnings)
    {
        foreach ((string key, string advice) in keys)
        {
            if (fields.Has(key)) warnings.Add($"{fields.Problems.File}: {key} has no effect here: {advice}");
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
