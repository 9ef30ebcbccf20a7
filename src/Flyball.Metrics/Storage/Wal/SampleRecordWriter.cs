using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>
/// Appends float samples to a record: a control byte each, then only what differs from the sample before. Usually three
/// to nine bytes a sample. The layout is in <c>docs/formats/wal.md</c>.
/// </summary>
internal struct SampleRecordWriter
{
    /// <summary>Value forms in the low two bits.</summary>
    public const int RawValue = 0;
    public const int IntegerValue = 1;
    public const int StaleValue = 2;
    public const int SingleValue = 3;
    public const int ValueMask = 3;

    /// <summary>The timestamp differs from the sample before: its difference follows.</summary>
    public const int HasTime = 4;

    /// <summary>The series is not the one after that of the sample before: the difference follows.</summary>
    public const int HasSeries = 8;

    /// <summary>The start timestamp differs from the sample before.</summary>
    public const int HasStart = 16;

    /// <summary>The sample went to the out-of-order store.</summary>
    public const int IsOutOfOrder = 32;

    /// <summary>Integers up to here are shorter as varints than as raw doubles.</summary>
    private const double IntegerMax = 1L << 40;

    private ulong _series;
    private long _timestampMs;
    private long _startMs;

    /// <summary>Appends one sample.</summary>
    public void Add(
        ByteBuffer destination, ulong series, long timestampMs, double value, long startMs, bool isOutOfOrder)
    {
        Span<byte> target = destination.Reserve(1 + (3 * VarInt.BytesMax) + VarInt.BytesMax);
        int size = 1;
        int control = isOutOfOrder ? IsOutOfOrder : 0;
        if (series != _series + 1)
        {
            control |= HasSeries;
            size += VarInt.Write(target[size..], VarInt.ZigZag((long)(series - _series)));
        }

        if (timestampMs != _timestampMs)
        {
            control |= HasTime;
            size += VarInt.Write(target[size..], VarInt.ZigZag(unchecked(timestampMs - _timestampMs)));
        }

        if (startMs != _startMs)
        {
            control |= HasStart;
            size += VarInt.Write(target[size..], VarInt.ZigZag(unchecked(startMs - _startMs)));
        }

        size += WriteValue(target[size..], value, ref control);
        target[0] = (byte)control;
        destination.Advance(size);
        _series = series;
        _timestampMs = timestampMs;
        _startMs = startMs;
    }

    private static int WriteValue(Span<byte> target, double value, ref int control)
    {
        long integer = (long)value;
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        if (Math.Abs(value) < IntegerMax && BitConverter.DoubleToUInt64Bits(integer) == bits)
        {
            control |= IntegerValue;
            return VarInt.Write(target, VarInt.ZigZag(integer));
        }

        if (bits == Chunks.XorState.StaleBits)
        {
            control |= StaleValue;
            return 0;
        }

        float single = (float)value;
        if (BitConverter.DoubleToUInt64Bits(single) == bits)
        {
            control |= SingleValue;
            BitConverter.TryWriteBytes(target, single);
            return sizeof(float);
        }

        BitConverter.TryWriteBytes(target, bits);
        return sizeof(ulong);
    }
}
