using Flyball.Contracts.Yaml;
using Flyball.Metrics.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Reads one entry of <c>scrape_configs</c>.</summary>
internal static class ScrapeJobReader
{
    /// <summary>Null when the entry cannot be read at all; other problems are added.</summary>
    public static ScrapeJob? TryRead(YamlNode node, GlobalSettings global, string directory, YamlProblems problems)
    {
        if (YamlFields.TryOf(node, problems) is not { } fields) return null;
        string name = fields.Text("job_name", "");
        if (name.Length == 0) fields.Fail("job_name", "is missing");
        TimeSpan interval = fields.Duration("scrape_interval", global.Interval);
        if (interval <= TimeSpan.Zero) fields.Fail("scrape_interval", "must be longer than nothing");
        TimeSpan timeout = fields.Duration("scrape_timeout", global.Timeout < interval ? global.Timeout : interval);
        if (timeout > interval) fields.Fail("scrape_timeout", "is longer than scrape_interval");
        if (timeout <= TimeSpan.Zero) fields.Fail("scrape_timeout", "must be longer than nothing");
        string scheme = fields.Text("scheme", "http");
        if (scheme is not ("http" or "https")) fields.Fail("scheme", "takes http or https");
        bool takesNative = fields.Flag("scrape_native_histograms", global.TakesNativeHistograms);
        var job = new ScrapeJob
        {
            Name = name,
            Fingerprint = YamlText.Of(node) + global,
            Interval = interval,
            Timeout = timeout,
            Protocols = ReadProtocols(fields) ?? global.Protocols
                ?? (takesNative ? ScrapeProtocols.WithNativeHistograms : ScrapeProtocols.Default),
            Fallback = ReadFallback(fields),
            MetricsPath = fields.Text("metrics_path", "/metrics"),
            Scheme = scheme,
            Parameters = ReadParameters(fields),
            HonorsLabels = fields.Flag("honor_labels", false),
            HonorsTimestamps = fields.Flag("honor_timestamps", true),
            TracksTimestampsStaleness = fields.Flag("track_timestamps_staleness", false),
            AlwaysTakesClassicHistograms =
                fields.Flag("always_scrape_classic_histograms", global.AlwaysTakesClassicHistograms),
            AllowsCompression = fields.Flag("enable_compression", true),
            Limits = ReadLimits(fields, global.Limits),
            Http = HttpSettingsReader.Read(fields, directory),
            TargetRules = RelabelRuleReader.Read(fields, "relabel_configs"),
            MetricRules = RelabelRuleReader.Read(fields, "metric_relabel_configs"),
            Sources = TargetSourceReader.Read(fields, directory),
        };
        CheckUnsupported(fields);
        fields.Finish();
        return job;
    }

    /// <summary>Null when the key is absent.</summary>
    public static IReadOnlyList<ScrapeProtocol>? ReadProtocols(YamlFields fields)
    {
        IReadOnlyList<string> names = fields.Texts("scrape_protocols");
        if (names.Count == 0) return null;
        var protocols = new List<ScrapeProtocol>();
        foreach (string name in names)
        {
            if (ScrapeProtocols.TryParse(name) is not { } protocol)
                fields.Fail("scrape_protocols", $"knows no {name}");
            else if (protocols.Contains(protocol))
                fields.Fail("scrape_protocols", $"has {name} twice");
            else
                protocols.Add(protocol);
        }

        return protocols;
    }

    public static ScrapeLimits ReadLimits(YamlFields fields, ScrapeLimits global)
    {
        long bodyBytes = global.BodyBytes;
        if (fields.Text("body_size_limit") is { } text)
        {
            if (ByteSizeText.TryParse(text) is { } bytes) bodyBytes = bytes;
            else fields.Fail("body_size_limit", $"takes a size such as 10MB, not {text}");
        }

        return new ScrapeLimits
        {
            BodyBytes = bodyBytes,
            Samples = fields.Count("sample_limit", global.Samples),
            Labels = fields.Count("label_limit", global.Labels),
            LabelNameBytes = fields.Count("label_name_length_limit", global.LabelNameBytes),
            LabelValueBytes = fields.Count("label_value_length_limit", global.LabelValueBytes),
            Targets = fields.Count("target_limit", global.Targets),
            DroppedTargets = fields.Count("keep_dropped_targets", global.DroppedTargets),
        };
    }

    /// <summary>Keys that Prometheus knows and this server cannot honour: better refused than ignored.</summary>
    public static void CheckUnsupported(YamlFields fields)
    {
        if (fields.Text("metric_name_validation_scheme", "utf8") != "utf8")
            fields.Fail("metric_name_validation_scheme", "takes utf8 only");
        if (fields.Text("metric_name_escaping_scheme", "allow-utf-8") != "allow-utf-8")
            fields.Fail("metric_name_escaping_scheme", "takes allow-utf-8 only");
        if (fields.Flag("convert_classic_histograms_to_nhcb", false))
            fields.Fail("convert_classic_histograms_to_nhcb", "is not supported");
        if (fields.Count("native_histogram_bucket_limit", 0) != 0)
            fields.Fail("native_histogram_bucket_limit", "is not supported");
        if (fields.Text("native_histogram_min_bucket_factor", "0") != "0")
            fields.Fail("native_histogram_min_bucket_factor", "is not supported");
    }

    private static ScrapeProtocol? ReadFallback(YamlFields fields)
    {
        if (fields.Text("fallback_scrape_protocol") is not { } name) return null;
        ScrapeProtocol? protocol = ScrapeProtocols.TryParse(name);
        if (protocol is null) fields.Fail("fallback_scrape_protocol", $"knows no {name}");
        return protocol;
    }

    private static List<KeyValuePair<string, IReadOnlyList<string>>> ReadParameters(YamlFields fields)
    {
        var parameters = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        if (fields.Fields("params") is not { } map) return parameters;
        foreach (YamlEntry entry in map.Map.Entries) parameters.Add(new(entry.Key, map.Texts(entry.Key)));
        return parameters;
    }
}
