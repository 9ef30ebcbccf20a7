namespace Flyball.Metrics.Storage;

/// <summary>
/// Why a sample, histogram or exemplar was not taken. Counted by name in <c>flyball.metrics.refused</c>.
/// </summary>
internal enum SampleRefusal
{
    /// <summary>It was taken (or was there already, bit for bit).</summary>
    None,

    /// <summary>Older than the series' newest sample while the out-of-order window is zero.</summary>
    OutOfOrder,

    /// <summary>Older than the out-of-order window of its series allows, or than the retention.</summary>
    TooOld,

    /// <summary>The series has another value at that very time.</summary>
    DuplicateTimestamp,

    /// <summary>Further ahead of this machine's clock than <see cref="TimeSeriesOptions.FutureMax"/>.</summary>
    TooFarInFuture,

    /// <summary>The store holds <see cref="TimeSeriesOptions.SeriesMax"/> series.</summary>
    SeriesLimit,

    /// <summary>The tenant has <see cref="TimeSeriesOptions.SeriesPerTenantMax"/> series.</summary>
    TenantSeriesLimit,

    /// <summary>The job has <see cref="TimeSeriesOptions.SeriesPerJobMax"/> series.</summary>
    JobSeriesLimit,

    /// <summary>More labels than <see cref="TimeSeriesOptions.LabelsMax"/>.</summary>
    TooManyLabels,

    /// <summary>A label name longer than <see cref="TimeSeriesOptions.LabelNameBytesMax"/>.</summary>
    LabelNameTooLong,

    /// <summary>A label value longer than <see cref="TimeSeriesOptions.LabelValueBytesMax"/>.</summary>
    LabelValueTooLong,

    /// <summary>The labels are no well-formed list: an empty name, bytes that are no UTF-8, a cut message.</summary>
    MalformedLabels,

    /// <summary>Two labels have the same name.</summary>
    RepeatedLabelName,

    /// <summary>There is no metric name.</summary>
    NoMetricName,

    /// <summary>The series has more sealed chunks in the head than can be kept: it is written far too often.</summary>
    TooManyChunks,

    /// <summary>Spans, buckets and count of a histogram contradict each other.</summary>
    MalformedHistogram,

    /// <summary>An exemplar for a series that does not exist, or older than the newest one.</summary>
    ExemplarRefused,
}
