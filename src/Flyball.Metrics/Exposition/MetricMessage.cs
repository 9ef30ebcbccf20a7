using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// Turns one <c>Metric</c> message into samples. Series are written in plain form, so equal series have equal bytes.
/// </summary>
internal sealed class MetricMessage
{
    private readonly ByteBuffer _labels = new(512);
    private readonly ByteBuffer _series = new(512);
    private readonly List<BatchExemplar> _exemplars = [];
    private readonly HistogramMessage _histogram = new();

    /// <summary>Null when it was read, empty when the sink stopped, else what is wrong.</summary>
    public string? Read<TSink>(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> name, MetricType type, bool alwaysClassic, ref TSink sink)
        where TSink : IExpositionSink
    {
        _labels.Clear();
        var sample = new ExpositionSample { IsPlain = true, Format = ExpositionFormat.Protobuf, Type = type };
        var fields = new ProtoReader(message);
        ReadOnlySpan<byte> value = default;
        int valueField = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1)
            {
                if (!TryReadLabel(fields.Sized())) return "a label is malformed";
            }
            else if (fields.Field == 6 && fields.WireType == 0)
            {
                sample.TimestampMs = (long)fields.VarUInt();
                sample.HasTimestamp = sample.TimestampMs != 0;
            }
            else if (fields.Field is >= 2 and <= 7 && fields.WireType == 2)
            {
                valueField = fields.Field;
                value = fields.Sized();
            }
            else
            {
                fields.Skip();
            }
        }

        if (fields.IsFailed) return "a metric is malformed";
        string? problem = valueField switch
        {
            4 => ReadSummary(value, name, ref sample, ref sink),
            7 => ReadHistogram(value, name, alwaysClassic, ref sample, ref sink),
            _ => ReadSimple(value, name, valueField, ref sample, ref sink),
        };
        return problem ?? sample.Error;
    }

    private string? ReadSimple<TSink>(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> name, int field, ref ExpositionSample sample, ref TSink sink)
        where TSink : IExpositionSink
    {
        _exemplars.Clear();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 1) sample.Value = fields.Double();
            else if (field == 3 && fields.Field == 2) AddExemplar(fields.Sized());
            else if (field == 3 && fields.Field == 3) sample.StartMs = ProtoTimestamp.Read(fields.Sized());
            else fields.Skip();
        }

        return fields.IsFailed ? "a value is malformed" : Emit(name, default, default, default, ref sample, ref sink);
    }

    private string? ReadSummary<TSink>(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> name, ref ExpositionSample sample, ref TSink sink)
        where TSink : IExpositionSink
    {
        _exemplars.Clear();
        double count = 0;
        double sum = 0;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) count = fields.VarUInt();
            else if (fields.Field == 2 && fields.WireType == 1) sum = fields.Double();
            else if (fields.Field == 4) sample.StartMs = ProtoTimestamp.Read(fields.Sized());
            else fields.Skip();
        }

        if (fields.IsFailed) return "a summary is malformed";
        sample.Value = count;
        if (Emit(name, "_count"u8, default, default, ref sample, ref sink) is { } stop) return stop;
        sample.Value = sum;
        if (Emit(name, "_sum"u8, default, default, ref sample, ref sink) is { } stopped) return stopped;
        fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 3)
            {
                fields.Skip();
                continue;
            }

            (double quantile, sample.Value) = ReadPair(fields.Sized());
            byte[] text = Encoding.UTF8.GetBytes(GoNumber.OpenMetrics(quantile));
            if (Emit(name, default, "quantile"u8, text, ref sample, ref sink) is { } ended) return ended;
        }

        return null;
    }

    private string? ReadHistogram<TSink>(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name, bool alwaysClassic,
        ref ExpositionSample sample, ref TSink sink)
        where TSink : IExpositionSink
    {
        if (!_histogram.TryRead(message)) return "a histogram is malformed";
        sample.StartMs = _histogram.StartMs;
        if (_histogram.IsNative)
        {
            sample.Histogram = _histogram.ToNative(sample.Type == MetricType.GaugeHistogram);
            _exemplars.Clear();
            _exemplars.AddRange(_histogram.Exemplars);
            if (Emit(name, default, default, default, ref sample, ref sink) is { } stop) return stop;
            sample.Histogram = null;
            if (!alwaysClassic) return null;
        }

        _exemplars.Clear();
        sample.Value = _histogram.Count;
        if (Emit(name, "_count"u8, default, default, ref sample, ref sink) is { } ended) return ended;
        sample.Value = _histogram.Sum;
        if (Emit(name, "_sum"u8, default, default, ref sample, ref sink) is { } over) return over;
        foreach (HistogramMessage.ClassicBucket bucket in _histogram.Buckets())
        {
            _exemplars.Clear();
            if (bucket.Exemplar is { } exemplar) _exemplars.Add(exemplar);
            sample.Value = bucket.Count;
            byte[] bound = Encoding.UTF8.GetBytes(GoNumber.OpenMetrics(bucket.UpperBound));
            if (Emit(name, "_bucket"u8, "le"u8, bound, ref sample, ref sink) is { } stopped) return stopped;
        }

        return null;
    }

    /// <summary>Hands a sample over; null to go on, empty or an error to stop.</summary>
    private string? Emit<TSink>(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> extraName,
        ReadOnlySpan<byte> extraValue, ref ExpositionSample sample, ref TSink sink)
        where TSink : IExpositionSink
    {
        _series.Clear();
        _series.Sized("__name__"u8);
        _series.VarUInt((ulong)(name.Length + suffix.Length));
        _series.Bytes(name);
        _series.Bytes(suffix);
        _series.Bytes(_labels.Written);
        if (!extraName.IsEmpty)
        {
            _series.Sized(extraName);
            _series.Sized(extraValue);
        }

        sample.Series = _series.Written;
        sample.Exemplars = _exemplars.Count > 0 ? _exemplars : null;
        return sink.Sample(ref sample) ? null : sample.Error ?? "";
    }

    private bool TryReadLabel(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1) name = fields.Sized();
            else if (fields.Field == 2) value = fields.Sized();
            else fields.Skip();
        }

        if (fields.IsFailed || name.IsEmpty) return false;
        if (!System.Text.Unicode.Utf8.IsValid(name) || !System.Text.Unicode.Utf8.IsValid(value)) return false;
        _labels.Sized(name);
        _labels.Sized(value);
        return true;
    }

    private void AddExemplar(ReadOnlySpan<byte> message)
    {
        if (HistogramMessage.TryReadExemplar(message) is { } exemplar) _exemplars.Add(exemplar);
    }

    private static (double First, double Second) ReadPair(ReadOnlySpan<byte> message)
    {
        (double First, double Second) pair = default;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 1) pair.First = fields.Double();
            else if (fields.Field == 2 && fields.WireType == 1) pair.Second = fields.Double();
            else fields.Skip();
        }

        return pair;
    }
}
