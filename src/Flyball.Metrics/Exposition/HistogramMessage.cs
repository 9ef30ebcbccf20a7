using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Exposition;

/// <summary>A <c>Histogram</c> message: classic buckets, native ones, or both. Used again.</summary>
internal sealed class HistogramMessage
{
    private readonly List<ClassicBucket> _buckets = [];
    private HistogramSide _positive = new();
    private HistogramSide _negative = new();
    private double _zeroThreshold;
    private double _zeroCount;
    private bool _isFloat;
    private int _schema;

    public double Count { get; private set; }

    public double Sum { get; private set; }

    public long StartMs { get; private set; }

    public List<BatchExemplar> Exemplars { get; } = [];

    /// <summary>A client marks an empty native histogram with a span of no length.</summary>
    public bool IsNative =>
        _positive.Spans.Count > 0 || _negative.Spans.Count > 0 || _zeroThreshold > 0 || _zeroCount > 0;

    public bool TryRead(ReadOnlySpan<byte> message)
    {
        Clear();
        bool isGood = true;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1 when fields.WireType == 0: Count = Math.Max(Count, fields.VarUInt()); break;
                case 2 when fields.WireType == 1: Sum = fields.Double(); break;
                case 3: isGood &= TryReadBucket(fields.Sized()); break;
                // Float counts replace integer ones only when they are positive.
                case 4 when fields.WireType == 1: Count = Math.Max(Count, Float(fields.Double())); break;
                case 5 when fields.WireType == 0: _schema = (int)fields.ZigZag(); break;
                case 6 when fields.WireType == 1: _zeroThreshold = fields.Double(); break;
                case 7 when fields.WireType == 0: _zeroCount = Math.Max(_zeroCount, fields.VarUInt()); break;
                case 8 when fields.WireType == 1: _zeroCount = Math.Max(_zeroCount, Float(fields.Double())); break;
                case >= 9 and <= 11: _negative.Read(ref fields, fields.Field - 9); break;
                case >= 12 and <= 14: _positive.Read(ref fields, fields.Field - 12); break;
                case 15: StartMs = ProtoTimestamp.Read(fields.Sized()); break;
                case 16 when TryReadExemplar(fields.Sized()) is { } exemplar: Exemplars.Add(exemplar); break;
                case 16: break;
                default: fields.Skip(); break;
            }
        }

        if (Exemplars.Count == 0 && IsNative) TakeBucketExemplars();
        return isGood && !fields.IsFailed;
    }

    public NativeHistogram ToNative(bool isGauge) => new()
    {
        Schema = _schema,
        ZeroThreshold = _zeroThreshold,
        ZeroCount = _zeroCount,
        Count = Count,
        Sum = Sum,
        IsInteger = !_isFloat,
        ResetHint = isGauge ? CounterResetHint.Gauge : CounterResetHint.Unknown,
        PositiveSpans = [.. _positive.Spans.Where(span => span.Length > 0 || span.Offset != 0)],
        NegativeSpans = [.. _negative.Spans.Where(span => span.Length > 0 || span.Offset != 0)],
        PositiveBuckets = _positive.Buckets(),
        NegativeBuckets = _negative.Buckets(),
    };

    /// <summary>The classic buckets, with the one that holds everything if the client left it out.</summary>
    public IEnumerable<ClassicBucket> Buckets()
    {
        bool hasLast = false;
        foreach (ClassicBucket bucket in _buckets)
        {
            hasLast |= double.IsPositiveInfinity(bucket.UpperBound);
            yield return bucket;
        }

        if (!hasLast) yield return new ClassicBucket(double.PositiveInfinity, Count, null);
    }

    /// <summary>Null when it is malformed: an exemplar is not worth losing a scrape.</summary>
    public static BatchExemplar? TryReadExemplar(ReadOnlySpan<byte> message)
    {
        var labels = new List<Label>();
        double value = 0;
        long timestampMs = 0;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1) labels.Add(ReadLabel(fields.Sized()));
            else if (fields.Field == 2 && fields.WireType == 1) value = fields.Double();
            else if (fields.Field == 3) timestampMs = ProtoTimestamp.Read(fields.Sized());
            else fields.Skip();
        }

        if (fields.IsFailed || labels.DistinctBy(label => label.Name).Count() != labels.Count) return null;
        return new BatchExemplar(timestampMs, value, Labels.From(labels));
    }

    private static Label ReadLabel(ReadOnlySpan<byte> message)
    {
        string name = "";
        string value = "";
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1) name = Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 2) value = Encoding.UTF8.GetString(fields.Sized());
            else fields.Skip();
        }

        return new Label(name, value);
    }

    private double Float(double count)
    {
        _isFloat |= count > 0;
        return count;
    }

    private bool TryReadBucket(ReadOnlySpan<byte> message)
    {
        double count = 0;
        double bound = 0;
        BatchExemplar? exemplar = null;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) count = Math.Max(count, fields.VarUInt());
            else if (fields.Field == 2 && fields.WireType == 1) bound = fields.Double();
            else if (fields.Field == 3) exemplar = TryReadExemplar(fields.Sized());
            else if (fields.Field == 4 && fields.WireType == 1) count = Math.Max(count, fields.Double());
            else fields.Skip();
        }

        _buckets.Add(new ClassicBucket(bound, count, exemplar));
        return !fields.IsFailed;
    }

    private void TakeBucketExemplars()
    {
        foreach (ClassicBucket bucket in _buckets)
        {
            if (bucket.Exemplar is { } exemplar) Exemplars.Add(exemplar);
        }

        Exemplars.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
    }

    private void Clear()
    {
        _buckets.Clear();
        Exemplars.Clear();
        (_positive, _negative) = (new HistogramSide(), new HistogramSide());
        (_zeroThreshold, _zeroCount, _schema, Count, Sum, StartMs, _isFloat) = (0, 0, 0, 0, 0, 0, false);
    }

    /// <summary>A cumulative bucket.</summary>
    internal readonly record struct ClassicBucket(double UpperBound, double Count, BatchExemplar? Exemplar);
}
