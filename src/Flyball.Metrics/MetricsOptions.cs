using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics;

/// <summary>How metrics are kept, asked for and judged.</summary>
public sealed record MetricsOptions
{
    /// <summary>Where the time-series database lives; an absolute path. Required.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Samples older than this are deleted. Default 15 d.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(15);

    /// <summary>
    /// The oldest samples are deleted while all take more room than this; 0 means no bound. Default 0.
    /// </summary>
    public long RetentionBytes { get; init; }

    /// <summary>
    /// How far behind the newest sample of its series a sample may be. Default 30 min; zero turns it off.
    /// </summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Least time between two syncs of the log; writes that meet in it share one. A success is answered after the sync.
    /// Default 2 ms; zero syncs as fast as the disk allows.
    /// </summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Series at a time; samples of further ones are refused. Default 10,000,000.</summary>
    public int SeriesMax { get; init; } = 10_000_000;

    /// <summary>Series at a time with one value of the label <c>job</c>; 0 means no bound. Default 0.</summary>
    public int SeriesPerJobMax { get; init; }

    /// <summary>
    /// Series at a time of one tenant, as <c>X-Scope-OrgID</c> of remote write and OTLP names it; 0 means no bound.
    /// Default 0.
    /// </summary>
    public int SeriesPerTenantMax { get; init; }

    /// <summary>Labels of a series. Default 64.</summary>
    public int LabelsMax { get; init; } = 64;

    /// <summary>Writes being stored at one time; more are answered 503. Default 256.</summary>
    public int WritesMax { get; init; } = 256;

    /// <summary>Bytes of a write request, compressed; more is answered 413. Default 32 MiB.</summary>
    public long WriteBytesMax { get; init; } = 32L << 20;

    /// <summary>Bytes of a write request when unpacked; more is answered 413. Default 128 MiB.</summary>
    public int WriteUnpackedBytesMax { get; init; } = 128 << 20;

    /// <summary>Users' queries evaluated at one time. Default 20.</summary>
    public int QueriesMax { get; init; } = 20;

    /// <summary>Users' queries that wait for their turn; more are answered 503. Default 200.</summary>
    public int QueriesWaitingMax { get; init; } = 200;

    /// <summary>From a query's arrival to giving up on it. Default 2 min.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Samples that one query may hold in memory. Default 50,000,000.</summary>
    public int QuerySamplesMax { get; init; } = 50_000_000;

    /// <summary>Bytes of an answer of remote read before it is packed; more is answered 422. Default 128 MiB.</summary>
    public int ReadBytesMax { get; init; } = 128 << 20;

    /// <summary>Steps of a range query over HTTP. Default 11,000, as Prometheus has it.</summary>
    public int QueryStepsMax { get; init; } = 11_000;

    /// <summary>How long a sample stands for its series when none follows. Default 5 min.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>PromQL's experimental functions and modifiers. Default off.</summary>
    public bool ExperimentalPromQl { get; init; }

    /// <summary>Whether series may be deleted and snapshots taken over HTTP. Default off.</summary>
    public bool AdminApi { get; init; }

    /// <summary>Rule files: paths, with <c>*</c> and <c>?</c> in the file name. Default none.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    /// <summary>From one evaluation of a rule group to the next where the group says nothing. Default 1 min.</summary>
    public TimeSpan RuleInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often rule files are looked at for changes. Default 5 s.</summary>
    public TimeSpan RuleReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Addresses of Prometheus Alertmanagers that get firing alerts. Default none.</summary>
    public IReadOnlyList<Uri> Alertmanagers { get; init; } = [];

    /// <summary>Alerts waiting to be sent; the oldest go first when there are more. Default 10,000.</summary>
    public int AlertQueueMax { get; init; } = 10_000;

    /// <summary>A firing alert is sent again after this. Default 1 min.</summary>
    public TimeSpan AlertResendDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long an outage may last for alerts to go on where they were, rather than to begin anew. Default 1 h.
    /// </summary>
    public TimeSpan AlertOutageMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// After an outage an alert with a longer <c>for</c> fires no sooner than this: its targets may not have been seen
    /// again yet. Default 10 min.
    /// </summary>
    public TimeSpan AlertGracePeriod { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The address under which people reach this server, in alerts and templates. Default none.</summary>
    public string ExternalUrl { get; init; } = "";

    /// <summary>Labels that alerts and federation carry on leaving this server. Default none.</summary>
    public IReadOnlyDictionary<string, string> ExternalLabels { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A duration as Prometheus writes it (<c>15d</c>, <c>1h30m</c>), or null.</summary>
    public static TimeSpan? TryParseDuration(string text) =>
        Durations.TryParse(text, out _) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>The version that <c>status/buildinfo</c> tells.</summary>
    public string Version { get; init; } = "";

    /// <summary>The settings as a user gave them, by name, for <c>status/flags</c>. Default none.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A scrape configuration in Prometheus' format; empty for none. Default none.</summary>
    public string ScrapeConfigFile { get; init; } = "";

    /// <summary>Scrapes at one time; further ones wait for a place. Default 512.</summary>
    public int ScrapesMax { get; init; } = 512;

    /// <summary>From one scrape of a workload that asks for it to the next. Default 15 s.</summary>
    public TimeSpan WorkloadScrapeInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How names of OTLP metrics become names here: <c>UnderscoreEscapingWithSuffixes</c> (default),
    /// <c>UnderscoreEscapingWithoutSuffixes</c>, <c>NoUTF8EscapingWithSuffixes</c> or <c>NoTranslation</c>.
    /// </summary>
    public string OtlpTranslation { get; init; } = "UnderscoreEscapingWithSuffixes";

    /// <summary>Resource attributes of OTLP that become labels of each series. Default none.</summary>
    public IReadOnlyList<string> OtlpPromotedAttributes { get; init; } = [];

    /// <summary>Series of OTLP deltas that are summed up at one time. Default 100,000.</summary>
    public int OtlpDeltaSeriesMax { get; init; } = 100_000;

    /// <summary>Groups that the Pushgateway keeps. Default 10,000.</summary>
    public int PushGroupsMax { get; init; } = 10_000;

    /// <summary>Bytes of all groups that the Pushgateway keeps. Default 256 MiB.</summary>
    public long PushBytesMax { get; init; } = 256L << 20;

    /// <summary>How often pushed groups become samples. Default 15 s.</summary>
    public TimeSpan PushInterval { get; init; } = TimeSpan.FromSeconds(15);
}
