using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>Reads back what <see cref="SampleRecordWriter"/> wrote.</summary>
internal ref struct SampleRecordReader(ReadOnlySpan<byte> payload)
{
    private ByteReader _reader = new(payload);

    public ulong Series { get; private set; }

    public long TimestampMs { get; private set; }

    public long StartMs { get; private set; }

    public double Value { get; private set; }

    public bool IsOutOfOrder { get; private set; }

    /// <summary>Whether the payload ended in the middle of a sample.</summary>
    public readonly bool IsFailed => _reader.IsFailed;

    public bool MoveNext()
    {
        if (_reader.RemainingBytes == 0) return false;
        int control = _reader.Byte();
        unchecked
        {
            Series += (control & SampleRecordWriter.HasSeries) != 0 ? (ulong)_reader.VarLong() : 1;
            if ((control & SampleRecordWriter.HasTime) != 0) TimestampMs += _reader.VarLong();
            if ((control & SampleRecordWriter.HasStart) != 0) StartMs += _reader.VarLong();
        }

        IsOutOfOrder = (control & SampleRecordWriter.IsOutOfOrder) != 0;
        Value = (control & SampleRecordWriter.ValueMask) switch
        {
            SampleRecordWriter.IntegerValue => _reader.VarLong(),
            SampleRecordWriter.StaleValue => BitConverter.UInt64BitsToDouble(XorState.StaleBits),
            SampleRecordWriter.SingleValue => BitConverter.UInt32BitsToSingle(_reader.UInt32()),
            _ => _reader.Double(),
        };
        return !_reader.IsFailed;
    }
}
