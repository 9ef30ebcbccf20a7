using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Exposition;

/// <summary>One sample of a body, with its series still in the spelling of the body.</summary>
internal ref struct ExpositionSample
{
    /// <summary>
    /// Name and labels as they stand in the body; equal bytes are equal series. With <see cref="IsPlain"/> they are
    /// pairs of sized strings already.
    /// </summary>
    public ReadOnlySpan<byte> Series;

    public bool IsPlain;

    /// <summary>Where the series starts in the body.</summary>
    public int Offset;

    public ExpositionFormat Format;

    public MetricType Type;

    public double Value;

    public bool HasTimestamp;

    public long TimestampMs;

    /// <summary>Since when a counter counts, if the sample itself says so; 0 when unknown.</summary>
    public long StartMs;

    /// <summary>Set instead of <see cref="Value"/>.</summary>
    public NativeHistogram? Histogram;

    /// <summary>Labels, value and time of an exemplar in OpenMetrics' spelling, or empty.</summary>
    public ReadOnlySpan<byte> ExemplarText;

    /// <summary>Where it starts in the body.</summary>
    public int ExemplarOffset;

    /// <summary>Decoded exemplars of the protobuf format; a time of 0 means the sample's.</summary>
    public List<BatchExemplar>? Exemplars;

    public string? Error { get; private set; }

    public int ErrorOffset { get; private set; }

    /// <summary>Appends the labels in plain form; false after <see cref="Fail"/>.</summary>
    public bool TryDecode(ByteBuffer labels)
    {
        if (IsPlain)
        {
            labels.Bytes(Series);
            return true;
        }

        var text = new SeriesText(Series, Format, Type);
        if (text.TryDecode(labels)) return true;
        Fail(Offset + text.ErrorOffset, text.Error);
        return false;
    }

    /// <summary>The exemplar behind a text sample; null after <see cref="Fail"/>.</summary>
    public BatchExemplar? TryDecodeExemplar(long sampleMs)
    {
        var text = new ExemplarText(ExemplarText, sampleMs);
        if (text.TryDecode(out BatchExemplar exemplar)) return exemplar;
        Fail(ExemplarOffset + text.ErrorOffset, text.Error);
        return null;
    }

    /// <summary>Makes this the error of the whole body.</summary>
    public void Fail(int offset, string message) => (ErrorOffset, Error) = (offset, message);
}
