using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Hosting;

/// <summary>What the module's options mean to its store.</summary>
internal static class StoreSettings
{
    public static TimeSeriesOptions From(MetricsOptions options) => new()
    {
        Directory = options.DataDirectory,
        Retention = options.Retention,
        RetentionBytes = options.RetentionBytes,
        OutOfOrderWindow = options.OutOfOrderWindow,
        GroupCommitInterval = options.SyncInterval,
        SeriesMax = options.SeriesMax,
        SeriesPerJobMax = options.SeriesPerJobMax,
        SeriesPerTenantMax = options.SeriesPerTenantMax,
        LabelsMax = options.LabelsMax,
    };
}
