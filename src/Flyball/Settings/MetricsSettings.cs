using Flyball.Metrics;

namespace Flyball.Settings;

/// <summary>The settings whose names begin with <c>metrics-</c>, read into the module's options.</summary>
internal static class MetricsSettings
{
    public static readonly Setting Retention = new(
        "metrics-retention", "15d", "How long metrics are kept: 12h, 15d, 8w, 1y.");
    public static readonly Setting RetentionSize = new(
        "metrics-retention-size", "none", "Room for metrics on disk, such as 500MB or 20GB; the oldest go first.");
    public static readonly Setting OutOfOrder = new(
        "metrics-out-of-order", "30m", "How far behind the newest of its series a sample may be.");
    public static readonly Setting SeriesMax = new("metrics-series-max", "10000000", "Series at a time.");
    public static readonly Setting SeriesPerJob = new(
        "metrics-series-per-job", "none", "Series at a time with one value of the label job.");
    public static readonly Setting SeriesPerTenant = new(
        "metrics-series-per-tenant", "none",
        "Series at a time of one tenant, as X-Scope-OrgID of remote write and OTLP names it.");
    public static readonly Setting LabelsMax = new("metrics-labels-max", "64", "Labels of a series, at most 255.");
    public static readonly Setting QueryTimeout = new("metrics-query-timeout", "2m", "The longest query.");
    public static readonly Setting QueriesMax = new("metrics-queries-max", "20", "Queries evaluated at one time.");
    public static readonly Setting QuerySamples = new(
        "metrics-query-samples", "50000000", "Samples that one query may hold in memory.");
    public static readonly Setting Lookback = new(
        "metrics-lookback", "5m", "How long a sample stands for its series when none follows.");
    public static readonly Setting Experimental = new(
        "metrics-experimental", "off", "PromQL's experimental functions and modifiers: on or off.");
    public static readonly Setting AdminApi = new(
        "metrics-admin-api", "off", "Deleting series and taking snapshots over HTTP: on or off.");
    public static readonly Setting ScrapeConfig = new(
        "metrics-scrape-config", "", "A file with scrape_configs as Prometheus has them; read again when it changes.");
    public static readonly Setting ScrapesMax = new("metrics-scrapes-max", "512", "Scrapes at one time.");
    public static readonly Setting WorkloadInterval = new(
        "metrics-workload-interval", "15s", "How often workloads that ask for it are scraped.");
    public static readonly Setting OtlpTranslation = new(
        "metrics-otlp-translation", "UnderscoreEscapingWithSuffixes",
        "Names of OTLP metrics: UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes, "
        + "NoUTF8EscapingWithSuffixes, NoTranslation.");
    public static readonly Setting OtlpPromoted = new(
        "metrics-otlp-promoted", "", "Resource attributes of OTLP that become labels, separated by commas.");
    public static readonly Setting PushInterval = new(
        "metrics-push-interval", "15s", "How often what was pushed (Pushgateway) becomes samples.");
    public static readonly Setting RuleFiles = new(
        "metrics-rule-files", "", "Prometheus rule files, separated by commas; * and ? in file names.");
    public static readonly Setting RuleInterval = new(
        "metrics-rule-interval", "1m", "How often rule groups without an interval of their own are evaluated.");
    public static readonly Setting Alertmanagers = new(
        "metrics-alertmanagers", "", "Addresses of Prometheus Alertmanagers, separated by commas.");
    public static readonly Setting ExternalUrl = new(
        "metrics-external-url", "", "Where people reach this server, in alerts; the API's address when empty.");
    public static readonly Setting ExternalLabels = new(
        "metrics-external-labels", "", "Labels that alerts and federated samples carry: cluster=a,replica=1.");

    public static readonly IReadOnlyList<Setting> All =
    [
        Retention, RetentionSize, OutOfOrder, SeriesMax, SeriesPerJob, SeriesPerTenant, LabelsMax, QueryTimeout,
        QueriesMax, QuerySamples, Lookback, Experimental, AdminApi, ScrapeConfig, ScrapesMax, WorkloadInterval,
        OtlpTranslation, OtlpPromoted, PushInterval,
        RuleFiles, RuleInterval, Alertmanagers, ExternalUrl, ExternalLabels,
    ];

    /// <param name="values">What was set, and where problems go.</param>
    /// <param name="data">The data directory; metrics have a folder of their own in it.</param>
    /// <param name="api">The API's address.</param>
    public static MetricsOptions Read(ISettingValues values, string data, string api) => new()
    {
        DataDirectory = Path.Combine(data, "metrics"),
        Retention = values.Duration(Retention, TimeSpan.FromHours(2)),
        RetentionBytes = values.Size(RetentionSize),
        OutOfOrderWindow = values.Duration(OutOfOrder, TimeSpan.Zero, TimeSpan.FromDays(20)),
        SeriesMax = values.Count(SeriesMax),
        SeriesPerJobMax = values.Count(SeriesPerJob),
        SeriesPerTenantMax = values.Count(SeriesPerTenant),
        LabelsMax = values.Count(LabelsMax, 255),
        QueryTimeout = values.Duration(QueryTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
        QueriesMax = values.Count(QueriesMax),
        QuerySamplesMax = values.Count(QuerySamples),
        Lookback = values.Duration(Lookback, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
        ExperimentalPromQl = values.Switch(Experimental),
        AdminApi = values.Switch(AdminApi),
        ScrapeConfigFile =
            values.Value(ScrapeConfig).Text is { Length: > 0 } file ? Path.GetFullPath(file) : "",
        ScrapesMax = values.Count(ScrapesMax),
        WorkloadScrapeInterval =
            values.Duration(WorkloadInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        OtlpTranslation = values.Value(OtlpTranslation).Text,
        OtlpPromotedAttributes = List(values, OtlpPromoted),
        PushInterval = values.Duration(PushInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        RuleFiles = [.. List(values, RuleFiles).Select(Path.GetFullPath)],
        RuleInterval = values.Duration(RuleInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
        Alertmanagers = Addresses(values, Alertmanagers),
        ExternalUrl = values.Value(ExternalUrl).Text is { Length: > 0 } url ? url : api,
        ExternalLabels = values.Labels(ExternalLabels),
        Flags = All.ToDictionary(
            setting => setting.Name, setting => values.Value(setting).Text, StringComparer.Ordinal),
    };

    private static string[] List(ISettingValues values, Setting setting) => values.Value(setting).Text
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static List<Uri> Addresses(ISettingValues values, Setting setting)
    {
        var addresses = new List<Uri>();
        foreach (string text in List(values, setting))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
                addresses.Add(address);
            else values.Refuse(setting, $"'{text}' is not an address such as http://127.0.0.1:9093.");
        }

        return addresses;
    }
}
