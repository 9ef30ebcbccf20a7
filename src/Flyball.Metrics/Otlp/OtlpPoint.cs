using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Otlp;

/// <summary>A data point of any kind; which fields mean something depends on the metric. Used again.</summary>
internal sealed class OtlpPoint
{
    public List<KeyValuePair<string, string>> Attributes { get; } = [];

    public List<BatchExemplar> Exemplars { get; } = [];

    public List<ulong> BucketCounts { get; } = [];

    public List<double> Bounds { get; } = [];

    public List<(double Quantile, double Value)> Quantiles { get; } = [];

    public OtlpBuckets Positive { get; } = new();

    public OtlpBuckets Negative { get; } = new();

    public long TimestampMs { get; set; }

    public long StartMs { get; set; }

    public double Value { get; set; }

    public double Count { get; set; }

    public double Sum { get; set; }

    public bool HasSum { get; set; }

    public int Scale { get; set; }

    public double ZeroCount { get; set; }

    public double ZeroThreshold { get; set; }

    /// <summary>The series ended: there is no value.</summary>
    public bool HasNoValue { get; set; }

    public void Clear()
    {
        Attributes.Clear();
        Exemplars.Clear();
        BucketCounts.Clear();
        Bounds.Clear();
        Quantiles.Clear();
        Positive.Clear();
        Negative.Clear();
        (TimestampMs, StartMs, Value, Count, Sum, HasSum) = (0, 0, 0, 0, 0, false);
        (Scale, ZeroCount, ZeroThreshold, HasNoValue) = (0, 0, 0, false);
    }
}
