using System.IO.Hashing;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The series of the head: their labels as lists of pair numbers, found by canonical labels. Numbers of series that
/// were dropped are used again once postings and cache have forgotten them. Belongs to the head's lock.
/// </summary>
internal sealed class SeriesRegistry(SlabMemory memory)
{
    private readonly PagedArray<SeriesState> _series = new();
    private readonly Stack<int> _free = new();
    private readonly List<int> _dropped = [];
    private readonly IndexTable _table = new();
    private ulong _nextId = 1;
    private Func<int, ulong>? _hashOf;

    public LabelPairs Pairs { get; } = new(memory);

    /// <summary>Live series.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the highest number in use.</summary>
    public int Limit => _series.Count;

    /// <summary>The id that the next new series gets.</summary>
    public ulong NextId
    {
        get => _nextId;
        set => _nextId = Math.Max(_nextId, value);
    }

    public ref SeriesState this[int series] => ref _series[series];

    /// <summary>The series with these canonical labels, or -1.</summary>
    public int Find(ReadOnlySpan<byte> canonical, ulong hash)
    {
        for (int probe = _table.First(hash); ; probe = _table.Next(probe))
        {
            int series = _table[probe];
            if (series == IndexTable.Empty) return -1;
            if (series >= 0 && _series[series].LabelsHash == hash && HasLabels(series, canonical)) return series;
        }
    }

    public static ulong Hash(ReadOnlySpan<byte> canonical) => XxHash3.HashToUInt64(canonical);

    /// <summary>Adds a series that is not there.</summary>
    /// <param name="canonical">Its labels.</param>
    /// <param name="hash">Their hash.</param>
    /// <param name="id">Its id in the WAL; 0 gives it the next one.</param>
    public int Add(ReadOnlySpan<byte> canonical, ulong hash, ulong id = 0)
    {
        if (!_free.TryPop(out int series)) series = _series.Add();
        Span<byte> packed = stackalloc byte[VarInt.BytesMax * 256];
        int size = 0;
        int count = 0;
        var reader = new ByteReader(canonical);
        while (reader.RemainingBytes > 0)
        {
            int pair = Pairs.Intern(reader.Sized(), reader.Sized());
            Pairs.AddSeries(pair, series);
            size += VarInt.Write(packed[size..], (ulong)pair);
            count++;
        }

        uint labels = memory.Allocate(size);
        packed[..size].CopyTo(memory.Span(labels, size));
        if (id == 0) id = _nextId;
        NextId = id + 1;
        _series[series] = new SeriesState
        {
            Id = id,
            LabelsHash = hash,
            Labels = labels,
            LabelsSize = (ushort)size,
            LabelCount = (byte)count,
            LastMs = SeriesState.NoTimestamp,
        };
        _table.Add(hash, series, _hashOf ??= number => _series[number].LabelsHash);
        Count++;
        return series;
    }

    /// <summary>The pairs of a series, in the order of their names.</summary>
    public int CopyPairs(int series, Span<int> destination)
    {
        ref SeriesState state = ref _series[series];
        ReadOnlySpan<byte> packed = memory.Span(state.Labels, state.LabelsSize);
        for (int index = 0; index < state.LabelCount; index++)
        {
            int size = VarInt.Read(packed, out ulong pair);
            packed = packed[size..];
            destination[index] = (int)pair;
        }

        return state.LabelCount;
    }

    /// <summary>Appends the canonical labels of a series.</summary>
    public void WriteLabels(int series, ByteBuffer destination)
    {
        Span<int> pairs = stackalloc int[256];
        foreach (int pair in pairs[..CopyPairs(series, pairs)])
        {
            destination.Sized(Pairs.NameBytes(pair));
            destination.Sized(Pairs.ValueBytes(pair));
        }
    }

    /// <summary>Drops a series; its number is free after <see cref="Forget"/>.</summary>
    public void Drop(int series)
    {
        ref SeriesState state = ref _series[series];
        _table.Remove(state.LabelsHash, series);
        memory.Free(state.Labels, state.LabelsSize);
        state = default;
        _dropped.Add(series);
        Count--;
    }

    /// <summary>Takes the dropped series out of all postings.</summary>
    public void Forget()
    {
        if (_dropped.Count == 0) return;
        Pairs.Retain(series => _series[series].IsLive);
        foreach (int series in _dropped) _free.Push(series);
        _dropped.Clear();
    }

    private bool HasLabels(int series, ReadOnlySpan<byte> canonical)
    {
        Span<int> pairs = stackalloc int[256];
        var reader = new ByteReader(canonical);
        foreach (int pair in pairs[..CopyPairs(series, pairs)])
        {
            if (!reader.Sized().SequenceEqual(Pairs.NameBytes(pair))) return false;
            if (!reader.Sized().SequenceEqual(Pairs.ValueBytes(pair))) return false;
        }

        return reader.RemainingBytes == 0 && !reader.IsFailed;
    }
}
