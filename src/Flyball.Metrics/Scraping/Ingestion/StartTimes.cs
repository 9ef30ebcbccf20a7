using System.IO.Hashing;
using System.Text;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>
/// OpenMetrics tells when a counter began in a sample of its own, <c>_created</c>, in the same family. It is kept as a
/// sample, as Prometheus does, and becomes the start of the samples that it belongs to.
/// </summary>
internal sealed class StartTimes
{
    private const string Suffix = "_created";

    private static readonly string[] Suffixes = ["_total", "_sum", "_count", "_bucket", Suffix];

    private readonly List<(ulong Key, int Sample)> _samples = [];
    private readonly Dictionary<ulong, long> _startsMs = [];

    /// <summary>A hash of the family's name and the labels that all its series share; never 0.</summary>
    public static ulong KeyOf(Labels labels, MetricType type, out bool isStart)
    {
        string name = labels.MetricName;
        isStart = name.EndsWith(Suffix, StringComparison.Ordinal);
        string family = name;
        foreach (string suffix in Suffixes)
        {
            if (!name.EndsWith(suffix, StringComparison.Ordinal)) continue;
            family = name[..^suffix.Length];
            break;
        }

        string own = type switch
        {
            MetricType.Histogram => LabelNames.BucketBound,
            MetricType.Summary => LabelNames.Quantile,
            _ => "",
        };
        var text = new StringBuilder(family);
        foreach (Label label in labels.Items)
        {
            if (label.Name == LabelNames.MetricName || label.Name == own) continue;
            text.Append('\0').Append(label.Name).Append('\0').Append(label.Value);
        }

        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString())) | 1;
    }

    /// <summary>Whether a series of a family that has starts tells one.</summary>
    public static bool IsStart(ReadOnlySpan<byte> metricName) => metricName.EndsWith("_created"u8);

    public void Clear()
    {
        _samples.Clear();
        _startsMs.Clear();
    }

    /// <summary>Notes a sample of a family that has starts.</summary>
    public void Add(in CachedSeries series, int sample, double value)
    {
        if (!series.IsStart) _samples.Add((series.StartKey, sample));
        else if (Math.Abs(value) < TextExposition.SecondsMax) _startsMs[series.StartKey] = (long)(value * 1000);
    }

    /// <summary>Gives the samples of the family that is over their starts.</summary>
    public void Apply(SampleBatch batch)
    {
        if (_startsMs.Count > 0)
        {
            foreach ((ulong key, int sample) in _samples)
            {
                if (_startsMs.TryGetValue(key, out long startMs) && startMs <= batch.TimestampMs(sample))
                    batch.SetStart(sample, startMs);
            }
        }

        Clear();
    }
}
