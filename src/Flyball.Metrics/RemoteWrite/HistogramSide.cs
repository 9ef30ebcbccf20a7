using Flyball.Metrics.Model;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Spans and buckets of one sign, as all protobuf forms of native histograms write them: integer histograms hold deltas
/// between buckets, float ones counts.
/// </summary>
internal sealed class HistogramSide
{
    private readonly List<double> _counts = [];
    private long _last;

    public List<BucketSpan> Spans { get; } = [];

    public double[] Buckets() => [.. _counts];

    /// <param name="fields">Stands on the field.</param>
    /// <param name="kind">0 a span, 1 deltas, 2 counts.</param>
    public void Read(ref ProtoReader fields, int kind)
    {
        if (kind == 0) ReadSpan(fields.Sized());
        else if (kind == 2) ReadDoubles(ref fields, _counts);
        else if (fields.WireType == 0) AddDelta(fields.ZigZag());
        else
        {
            var packed = new ProtoReader(fields.Sized());
            while (!packed.IsAtEnd) AddDelta(packed.ZigZag());
        }
    }

    public static void ReadDoubles(ref ProtoReader fields, List<double> into)
    {
        if (fields.WireType == 1)
        {
            into.Add(fields.Double());
            return;
        }

        var packed = new ProtoReader(fields.Sized());
        while (!packed.IsAtEnd) into.Add(packed.Double());
    }

    private void AddDelta(long delta) => _counts.Add(_last += delta);

    private void ReadSpan(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        long offset = 0;
        ulong length = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) offset = fields.ZigZag();
            else if (fields.Field == 2 && fields.WireType == 0) length = fields.VarUInt();
            else fields.Skip();
        }

        Spans.Add(new BucketSpan((int)offset, (int)Math.Min(length, int.MaxValue)));
    }
}
