using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Otlp;

/// <summary>Reads the four kinds of data points. A message that is malformed gives false.</summary>
internal static class PointReader
{
    private const long NanosPerMs = 1_000_000;
    private const ulong NoRecordedValue = 1;

    public static bool TryNumber(ReadOnlySpan<byte> message, OtlpPoint point)
    {
        point.Clear();
        var fields = new ProtoReader(message);
        bool isGood = true;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 2 when fields.WireType == 1: point.StartMs = Ms(fields.Fixed64()); break;
                case 3 when fields.WireType == 1: point.TimestampMs = Ms(fields.Fixed64()); break;
                case 4 when fields.WireType == 1: point.Value = fields.Double(); break;
                case 5: isGood &= TryExemplar(fields.Sized(), point); break;
                case 6 when fields.WireType == 1: point.Value = (long)fields.Fixed64(); break;
                case 7: isGood &= AttributeReader.TryRead(fields.Sized(), point.Attributes); break;
                case 8 when fields.WireType == 0: ReadFlags(fields.VarUInt(), point); break;
                default: fields.Skip(); break;
            }
        }

        return isGood && !fields.IsFailed;
    }

    public static bool TryHistogram(ReadOnlySpan<byte> message, OtlpPoint point)
    {
        point.Clear();
        var fields = new ProtoReader(message);
        bool isGood = true;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 2 when fields.WireType == 1: point.StartMs = Ms(fields.Fixed64()); break;
                case 3 when fields.WireType == 1: point.TimestampMs = Ms(fields.Fixed64()); break;
                case 4 when fields.WireType == 1: point.Count = fields.Fixed64(); break;
                case 5 when fields.WireType == 1: (point.Sum, point.HasSum) = (fields.Double(), true); break;
                case 6: isGood &= TryCounts(ref fields, point.BucketCounts); break;
                case 7: HistogramSide.ReadDoubles(ref fields, point.Bounds); break;
                case 8: isGood &= TryExemplar(fields.Sized(), point); break;
                case 9: isGood &= AttributeReader.TryRead(fields.Sized(), point.Attributes); break;
                case 10 when fields.WireType == 0: ReadFlags(fields.VarUInt(), point); break;
                default: fields.Skip(); break;
            }
        }

        return isGood && !fields.IsFailed;
    }

    public static bool TryExponential(ReadOnlySpan<byte> message, OtlpPoint point)
    {
        point.Clear();
        var fields = new ProtoReader(message);
        bool isGood = true;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1: isGood &= AttributeReader.TryRead(fields.Sized(), point.Attributes); break;
                case 2 when fields.WireType == 1: point.StartMs = Ms(fields.Fixed64()); break;
                case 3 when fields.WireType == 1: point.TimestampMs = Ms(fields.Fixed64()); break;
                case 4 when fields.WireType == 1: point.Count = fields.Fixed64(); break;
                case 5 when fields.WireType == 1: (point.Sum, point.HasSum) = (fields.Double(), true); break;
                case 6 when fields.WireType == 0: point.Scale = (int)fields.ZigZag(); break;
                case 7 when fields.WireType == 1: point.ZeroCount = fields.Fixed64(); break;
                case 8: isGood &= point.Positive.TryRead(fields.Sized()); break;
                case 9: isGood &= point.Negative.TryRead(fields.Sized()); break;
                case 10 when fields.WireType == 0: ReadFlags(fields.VarUInt(), point); break;
                case 11: isGood &= TryExemplar(fields.Sized(), point); break;
                case 14 when fields.WireType == 1: point.ZeroThreshold = fields.Double(); break;
                default: fields.Skip(); break;
            }
        }

        return isGood && !fields.IsFailed;
    }

    public static bool TrySummary(ReadOnlySpan<byte> message, OtlpPoint point)
    {
        point.Clear();
        var fields = new ProtoReader(message);
        bool isGood = true;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 2 when fields.WireType == 1: point.StartMs = Ms(fields.Fixed64()); break;
                case 3 when fields.WireType == 1: point.TimestampMs = Ms(fields.Fixed64()); break;
                case 4 when fields.WireType == 1: point.Count = fields.Fixed64(); break;
                case 5 when fields.WireType == 1: (point.Sum, point.HasSum) = (fields.Double(), true); break;
                case 6: point.Quantiles.Add(ReadQuantile(fields.Sized())); break;
                case 7: isGood &= AttributeReader.TryRead(fields.Sized(), point.Attributes); break;
                case 8 when fields.WireType == 0: ReadFlags(fields.VarUInt(), point); break;
                default: fields.Skip(); break;
            }
        }

        return isGood && !fields.IsFailed;
    }

    private static bool TryCounts(ref ProtoReader fields, List<ulong> into)
    {
        if (fields.WireType == 1)
        {
            into.Add(fields.Fixed64());
            return true;
        }

        var packed = new ProtoReader(fields.Sized());
        while (!packed.IsAtEnd) into.Add(packed.Fixed64());
        return !packed.IsFailed;
    }

    private static (double Quantile, double Value) ReadQuantile(ReadOnlySpan<byte> message)
    {
        (double Quantile, double Value) read = default;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 1) read.Quantile = fields.Double();
            else if (fields.Field == 2 && fields.WireType == 1) read.Value = fields.Double();
            else fields.Skip();
        }

        return read;
    }

    private static bool TryExemplar(ReadOnlySpan<byte> message, OtlpPoint point)
    {
        var fields = new ProtoReader(message);
        var labels = new LabelsBuilder();
        var attributes = new List<KeyValuePair<string, string>>();
        long timestampMs = 0;
        double value = 0;
        bool isGood = true;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 2 when fields.WireType == 1: timestampMs = Ms(fields.Fixed64()); break;
                case 3 when fields.WireType == 1: value = fields.Double(); break;
                case 4: labels.Set("span_id", Convert.ToHexStringLower(fields.Sized())); break;
                case 5: labels.Set("trace_id", Convert.ToHexStringLower(fields.Sized())); break;
                case 6 when fields.WireType == 1: value = (long)fields.Fixed64(); break;
                case 7: isGood &= AttributeReader.TryRead(fields.Sized(), attributes); break;
                default: fields.Skip(); break;
            }
        }

        // An exemplar is for finding a trace: further attributes only as far as OpenMetrics lets it grow.
        int characters = labels.ToLabels().Items.ToArray().Sum(label => label.Name.Length + label.Value.Length);
        foreach ((string key, string text) in attributes)
        {
            characters += key.Length + text.Length;
            if (characters <= Exposition.ExemplarText.LabelCharactersMax) labels.Set(key, text);
        }

        point.Exemplars.Add(new BatchExemplar(timestampMs, value, labels.ToLabels()));
        return isGood && !fields.IsFailed;
    }

    private static void ReadFlags(ulong flags, OtlpPoint point) => point.HasNoValue = (flags & NoRecordedValue) != 0;

    private static long Ms(ulong unixNanos) => (long)(unixNanos / NanosPerMs);
}
