using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.Otlp;

/// <summary>The buckets of one sign of an exponential histogram. Used again.</summary>
internal sealed class OtlpBuckets
{
    /// <summary>Empty buckets that are cheaper kept than skipped by a span.</summary>
    private const int GapMax = 2;

    private readonly List<double> _counts = [];
    private int _offset;

    public void Clear()
    {
        _counts.Clear();
        _offset = 0;
    }

    public bool TryRead(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) _offset = (int)fields.ZigZag();
            else if (fields.Field == 2 && fields.WireType == 0) _counts.Add(fields.VarUInt());
            else if (fields.Field == 2)
            {
                var packed = new ProtoReader(fields.Sized());
                while (!packed.IsAtEnd) _counts.Add(packed.VarUInt());
                if (packed.IsFailed) return false;
            }
            else
            {
                fields.Skip();
            }
        }

        return !fields.IsFailed;
    }

    /// <summary>
    /// As spans and counts. OTLP's bucket i ends at base^(i+1), ours at base^i, hence the one; a scale too fine for us
    /// lets 2^<paramref name="coarser"/> buckets share one.
    /// </summary>
    public (BucketSpan[] Spans, double[] Counts) ToSpans(int coarser)
    {
        var spans = new List<BucketSpan>();
        var counts = new List<double>();
        long last = 0;
        bool isFirst = true;
        for (int at = 0; at < _counts.Count; at++)
        {
            if (_counts[at] == 0) continue;
            long index = (((long)_offset + at) >> Math.Min(coarser, 63)) + 1;
            if (!isFirst && index == last)
            {
                counts[^1] += _counts[at];
                continue;
            }

            long gap = isFirst ? index : index - last - 1;
            if (!isFirst && gap <= GapMax)
            {
                for (long empty = 0; empty < gap; empty++) counts.Add(0);
                BucketSpan open = spans[^1];
                spans[^1] = open with { Length = open.Length + (int)gap + 1 };
            }
            else
            {
                spans.Add(new BucketSpan((int)gap, 1));
            }

            counts.Add(_counts[at]);
            (last, isFirst) = (index, false);
        }

        return ([.. spans], [.. counts]);
    }
}
