using System.Buffers.Binary;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Writes the label index of a block, region by region, in this order.</summary>
internal sealed class BlockIndexWriter(LabelPairs pairs, DiskAppender output)
{
    private readonly ByteBuffer _buffer = new(1 << 16);
    private readonly uint[] _symbolOffsets = new uint[pairs.Symbols.Limit];
    private readonly uint[] _postingsOffsets = new uint[pairs.Limit];

    public void WriteSymbols()
    {
        long start = output.Position;
        for (int symbol = 0; symbol < _symbolOffsets.Length; symbol++)
        {
            _symbolOffsets[symbol] = checked((uint)(output.Position - start));
            _buffer.Clear();
            _buffer.Sized(pairs.Symbols.Bytes(symbol));
            output.Append(_buffer.Written);
        }
    }

    public void WritePostings()
    {
        long start = output.Position;
        int[] series = [];
        for (int pair = 0; pair < pairs.Limit; pair++)
        {
            int count = pairs.SeriesCount(pair);
            if (series.Length < count) series = new int[Math.Max(count, series.Length * 2)];
            pairs.CopySeries(pair, series);
            _postingsOffsets[pair] = checked((uint)(output.Position - start));
            _buffer.Clear();
            int last = -1;
            foreach (int number in series.AsSpan(0, count))
            {
                _buffer.VarUInt((ulong)(number - last - 1));
                last = number;
            }

            output.Append(_buffer.Written);
        }
    }

    public void WritePairs()
    {
        Span<byte> entry = stackalloc byte[BlockPairs.EntryBytes];
        for (int pair = 0; pair < pairs.Limit; pair++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry, _symbolOffsets[pairs.Name(pair)]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], _symbolOffsets[pairs.Value(pair)]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], _postingsOffsets[pair]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)pairs.SeriesCount(pair));
            output.Append(entry);
        }
    }

    public void WriteNames()
    {
        int[] names = [.. pairs.Names];
        Array.Sort(names, (left, right) => pairs.Symbols.Bytes(left).SequenceCompareTo(pairs.Symbols.Bytes(right)));
        _buffer.Clear();
        _buffer.VarUInt((ulong)names.Length);
        foreach (int name in names)
        {
            int[] values = [.. pairs.OfName(name)];
            Array.Sort(values, (left, right) => pairs.ValueBytes(left).SequenceCompareTo(pairs.ValueBytes(right)));
            _buffer.Sized(pairs.Symbols.Bytes(name));
            _buffer.VarUInt((ulong)values.Length);
            foreach (int pair in values) _buffer.UInt32((uint)pair);
            output.Append(_buffer.Written);
            _buffer.Clear();
        }

        output.Append(_buffer.Written);
    }
}
