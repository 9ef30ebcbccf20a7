using System.Globalization;

namespace Flyball.Metrics.Storage;

/// <summary>What a sender should know beside a refusal's name: the sample's time, or the bound that it met.</summary>
internal static class RefusalDetails
{
    /// <summary>Of a sample, histogram or exemplar with a time; null where the name says all.</summary>
    public static string? Of(SampleRefusal refusal, long timestampMs, TimeSeriesOptions options) => refusal switch
    {
        SampleRefusal.TooFarInFuture =>
            $"{Time(timestampMs)} is more than {options.FutureMax} ahead of this machine's clock",
        SampleRefusal.TooOld =>
            $"{Time(timestampMs)} is older than the out-of-order window of {options.OutOfOrderWindow} or the retention "
            + $"of {options.Retention} allows",
        SampleRefusal.OutOfOrder => $"{Time(timestampMs)} is before the newest sample of its series",
        SampleRefusal.DuplicateTimestamp => $"at {Time(timestampMs)} its series has another value",
        _ => null,
    };

    /// <summary>Of a series; null where the name says all.</summary>
    public static string? Of(SampleRefusal refusal, TimeSeriesOptions options) => refusal switch
    {
        SampleRefusal.SeriesLimit => $"at most {options.SeriesMax} series",
        SampleRefusal.TenantSeriesLimit => $"at most {options.SeriesPerTenantMax} series of a tenant",
        SampleRefusal.JobSeriesLimit => $"at most {options.SeriesPerJobMax} series of a job",
        SampleRefusal.TooManyLabels => $"at most {options.LabelsMax} labels",
        SampleRefusal.LabelNameTooLong => $"at most {options.LabelNameBytesMax} bytes",
        SampleRefusal.LabelValueTooLong => $"at most {options.LabelValueBytesMax} bytes",
        _ => null,
    };

    private static string Time(long timestampMs) =>
        timestampMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && timestampMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(timestampMs)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"timestamp {timestampMs}");
}
