namespace Flyball.Metrics.Exposition;

/// <summary>The spelling of metric types.</summary>
internal static class MetricTypes
{
    /// <summary>As metadata names it.</summary>
    public static string NameOf(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        MetricType.Histogram => "histogram",
        MetricType.Summary => "summary",
        MetricType.GaugeHistogram => "gaugehistogram",
        MetricType.Info => "info",
        MetricType.StateSet => "stateset",
        _ => "unknown",
    };

    /// <summary>Reads the word behind <c># TYPE</c>: the text format knows five, OpenMetrics eight.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, ExpositionFormat format, out MetricType type)
    {
        bool isOpenMetrics = format == ExpositionFormat.OpenMetrics;
        type = MetricType.Unknown;
        if (word.SequenceEqual("counter"u8)) type = MetricType.Counter;
        else if (word.SequenceEqual("gauge"u8)) type = MetricType.Gauge;
        else if (word.SequenceEqual("histogram"u8)) type = MetricType.Histogram;
        else if (word.SequenceEqual("summary"u8)) type = MetricType.Summary;
        else if (!isOpenMetrics) return word.SequenceEqual("untyped"u8);
        else if (word.SequenceEqual("gaugehistogram"u8)) type = MetricType.GaugeHistogram;
        else if (word.SequenceEqual("info"u8)) type = MetricType.Info;
        else if (word.SequenceEqual("stateset"u8)) type = MetricType.StateSet;
        else return word.SequenceEqual("unknown"u8);
        return true;
    }

    /// <summary>Whether series of the type count from a start that is worth knowing.</summary>
    public static bool HasStart(MetricType type) =>
        type is MetricType.Counter or MetricType.Histogram or MetricType.Summary;
}
