using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>The annotations of PromQL in Prometheus' words, which users and scripts match on.</summary>
internal static class Notes
{
    public static Annotation InvalidQuantile(double quantile, TextRange range) =>
        Warning($"quantile value should be between 0 and 1, got {GoNumber.Short(quantile)}", range);

    public static Annotation InvalidRatio(double ratio, double cappedTo, TextRange range) =>
        Warning(
            $"ratio value should be between -1 and 1, got {GoNumber.Short(ratio)}, "
            + $"capping to {GoNumber.Short(cappedTo)}",
            range);

    public static Annotation BadBucketLabel(string metric, string label, TextRange range) =>
        Warning(
            "bucket label \"le\" is missing or has a malformed value of " + Quoting.Quote(label) + ForMetric(metric),
            range);

    public static Annotation MixedFloatsAndHistograms(string metric, TextRange range) =>
        Warning("encountered a mix of histograms and floats for metric name " + Quoting.Quote(metric), range);

    public static Annotation MixedInAggregation(TextRange range) =>
        Warning("encountered a mix of histograms and floats for aggregation", range);

    public static Annotation MixedClassicAndNative(string metric, TextRange range) =>
        Warning("vector contains a mix of classic and native histograms" + ForMetric(metric), range);

    public static Annotation NotACounter(string metric, TextRange range) =>
        Warning("this native histogram metric is not a counter: " + Quoting.Quote(metric), range);

    public static Annotation NotAGauge(string metric, TextRange range) =>
        Warning("this native histogram metric is not a gauge: " + Quoting.Quote(metric), range);

    public static Annotation MixedSchemas(string metric, TextRange range) =>
        Warning(
            "vector contains a mix of histograms with exponential and custom buckets schemas for metric name "
            + Quoting.Quote(metric),
            range);

    public static Annotation IncompatibleBuckets(string op, TextRange range) =>
        Warning("incompatible bucket layout encountered for binary operator " + op, range);

    public static Annotation SortInRangeQuery(TextRange range) =>
        Warning("sort is ineffective for range queries since results are always ordered by labels", range);

    public static Annotation ResetCollision(string operation, TextRange range) =>
        Warning("conflicting counter resets during histogram " + operation, range);

    public static Annotation PossiblyNoCounter(string metric, TextRange range) =>
        Info(
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: " + Quoting.Quote(metric),
            range);

    public static Annotation PossiblyNoCounterByType(string metric, string type, TextRange range) =>
        Info(
            "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got "
            + $"{Quoting.Quote(type)}: {Quoting.Quote(metric)}",
            range);

    public static Annotation ForcedMonotonicity(string metric, TextRange range, long stepMs, BucketRepair repair) =>
        new ForcedMonotonicity(
            "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/"
            + "prometheus/latest/querying/functions/#histogram_quantile)" + ForMetric(metric),
            range,
            stepMs,
            repair);

    public static Annotation IncompatibleTypes(string left, string op, string right, TextRange range) =>
        Info(
            $"incompatible sample types encountered for binary operator {Quoting.Quote(op)}: {left} {op} {right}",
            range);

    public static Annotation HistogramIgnored(string aggregation, TextRange range) =>
        Info($"ignored histogram in {aggregation} aggregation", range);

    public static Annotation HistogramsIgnoredInRange(string metric, TextRange range) =>
        Info(
            "ignored histograms in a range containing both floats and histograms for metric name "
            + Quoting.Quote(metric),
            range);

    public static Annotation QuantileIsNaN(string metric, TextRange range) =>
        Info("input to histogram_quantile has NaN observations, result is NaN" + ForMetric(metric), range);

    public static Annotation QuantileIsSkewed(string metric, TextRange range) =>
        Info("input to histogram_quantile has NaN observations, result is skewed higher" + ForMetric(metric), range);

    public static Annotation FractionHasNaN(string metric, TextRange range) =>
        Info(
            "input to histogram_fraction has NaN observations, which are excluded from all fractions"
            + ForMetric(metric),
            range);

    public static Annotation BoundsReconciled(string operation, TextRange range) =>
        Info("mismatched custom buckets were reconciled during " + operation, range);

    private static string ForMetric(string metric) =>
        metric.Length == 0 ? "" : " for metric name " + Quoting.Quote(metric);

    private static Annotation Warning(string message, TextRange range) => new(isWarning: true, message, range);

    private static Annotation Info(string message, TextRange range) => new(isWarning: false, message, range);
}
