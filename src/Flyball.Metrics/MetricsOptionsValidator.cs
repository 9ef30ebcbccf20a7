using Microsoft.Extensions.Options;

namespace Flyball.Metrics;

/// <summary>Collects every problem of the options and names each key.</summary>
internal sealed class MetricsOptionsValidator : IValidateOptions<MetricsOptions>
{
    private static readonly TimeSpan RangeMax = TimeSpan.FromDays(20);

    public ValidateOptionsResult Validate(string? name, MetricsOptions options)
    {
        string[] problems = [.. Storage(options), .. Counts(options), .. Times(options), .. Receivers(options),
            .. Ways(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Storage(MetricsOptions options)
    {
        if (!Path.IsPathRooted(options.DataDirectory))
            yield return $"{nameof(options.DataDirectory)} must be an absolute path.";
        if (options.Retention < TimeSpan.FromHours(2) || options.Retention > TimeSpan.FromDays(36_500))
            yield return $"{nameof(options.Retention)} must be from 2 hours to 100 years.";
        if (options.RetentionBytes < 0) yield return $"{nameof(options.RetentionBytes)} must not be negative.";
        if (options.OutOfOrderWindow < TimeSpan.Zero || options.OutOfOrderWindow > RangeMax)
            yield return $"{nameof(options.OutOfOrderWindow)} must be from 0 to 20 days.";
        if (options.SyncInterval < TimeSpan.Zero || options.SyncInterval > TimeSpan.FromMinutes(1))
            yield return $"{nameof(options.SyncInterval)} must be from 0 to 1 min.";
        if (options.SeriesPerJobMax < 0) yield return $"{nameof(options.SeriesPerJobMax)} must not be negative.";
        if (options.SeriesPerTenantMax < 0) yield return $"{nameof(options.SeriesPerTenantMax)} must not be negative.";
        if (options.LabelsMax is < 1 or > 255) yield return $"{nameof(options.LabelsMax)} must be from 1 to 255.";
    }

    private static IEnumerable<string> Ways(MetricsOptions options)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        TimeSpan hour = TimeSpan.FromHours(1);
        if (options.ScrapesMax < 1) yield return $"{nameof(options.ScrapesMax)} must be positive.";
        if (options.WorkloadScrapeInterval < second || options.WorkloadScrapeInterval > hour)
            yield return $"{nameof(options.WorkloadScrapeInterval)} must be from 1 s to 1 h.";
        if (options.PushInterval < second || options.PushInterval > hour)
            yield return $"{nameof(options.PushInterval)} must be from 1 s to 1 h.";
        if (options.PushGroupsMax < 1) yield return $"{nameof(options.PushGroupsMax)} must be positive.";
        if (options.PushBytesMax < 1) yield return $"{nameof(options.PushBytesMax)} must be positive.";
        if (options.OtlpDeltaSeriesMax < 1) yield return $"{nameof(options.OtlpDeltaSeriesMax)} must be positive.";
        if (!Enum.TryParse(options.OtlpTranslation, out Otlp.OtlpTranslation _))
            yield return $"{nameof(options.OtlpTranslation)} must be one of "
                + $"{string.Join(", ", Enum.GetNames<Otlp.OtlpTranslation>())}.";
        foreach (string problem in Intake.IngestionDoors.Check(options)) yield return problem;
    }

    private static IEnumerable<string> Counts(MetricsOptions options)
    {
        (string Key, long Value)[] counts =
        [
            (nameof(options.SeriesMax), options.SeriesMax),
            (nameof(options.WritesMax), options.WritesMax),
            (nameof(options.WriteBytesMax), options.WriteBytesMax),
            (nameof(options.WriteUnpackedBytesMax), options.WriteUnpackedBytesMax),
            (nameof(options.QueriesMax), options.QueriesMax),
            (nameof(options.QuerySamplesMax), options.QuerySamplesMax),
            (nameof(options.ReadBytesMax), options.ReadBytesMax),
            (nameof(options.QueryStepsMax), options.QueryStepsMax),
            (nameof(options.AlertQueueMax), options.AlertQueueMax),
        ];
        foreach ((string key, long value) in counts)
        {
            if (value < 1) yield return $"{key} must be at least 1.";
        }

        if (options.QueriesWaitingMax < 0) yield return $"{nameof(options.QueriesWaitingMax)} must not be negative.";
    }

    private static IEnumerable<string> Times(MetricsOptions options)
    {
        (string Key, TimeSpan Value)[] times =
        [
            (nameof(options.QueryTimeout), options.QueryTimeout),
            (nameof(options.Lookback), options.Lookback),
            (nameof(options.RuleInterval), options.RuleInterval),
            (nameof(options.RuleReloadInterval), options.RuleReloadInterval),
            (nameof(options.AlertResendDelay), options.AlertResendDelay),
            (nameof(options.AlertOutageMax), options.AlertOutageMax),
        ];
        foreach ((string key, TimeSpan value) in times)
        {
            if (value < TimeSpan.FromMilliseconds(1) || value > RangeMax)
                yield return $"{key} must be from 1 ms to 20 days.";
        }
    }

    private static IEnumerable<string> Receivers(MetricsOptions options)
    {
        foreach (Uri address in options.Alertmanagers)
        {
            if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            {
                yield return $"{nameof(options.Alertmanagers)}: '{address}' is not an address such as "
                    + "http://127.0.0.1:9093.";
            }
        }

        if (options.ExternalUrl.Length > 0 && !Uri.TryCreate(options.ExternalUrl, UriKind.Absolute, out _))
            yield return $"{nameof(options.ExternalUrl)}: '{options.ExternalUrl}' is not an address.";
    }
}
