using System.IO.Hashing;
using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// Writes a block in one pass: chunks as they come, series entries into a second file that is appended at the end, then
/// the index. Timestamps that several chunks share are written once. Memory grows with series and labels, not samples.
/// The layout is in <c>docs/formats/block.md</c>.
/// </summary>
internal sealed class BlockWriter : IDisposable
{
    private const int SharedTimesMax = 1 << 18;

    private readonly IDisk _disk;
    private readonly string _seriesPath;
    private readonly DiskAppender _output;
    private readonly DiskAppender _series;
    private readonly LabelPairs _pairs = new(new SlabMemory());
    private readonly ByteBuffer _offsets = new(1 << 16);
    private readonly ByteBuffer _entry = new(1024);
    private readonly ByteBuffer _chunks = new(1024);
    private readonly ByteBuffer _scratch = new(4096);
    private readonly ByteBuffer _times = new(1024);
    private readonly FloatChunkEncoder _floats = new();
    private readonly HistogramChunk _histograms = new();
    private readonly Dictionary<UInt128, long> _sharedTimes = [];
    private int _seriesCount;
    private int _entryChunks;
    private long _sampleCount;
    private long _chunkCount;
    private long _lastMs;
    private long _lastTimesOffset;
    private long _lastBodyEnd;

    /// <param name="disk">Takes the files.</param>
    /// <param name="path">Of the unfinished block; a second file beside it holds the series meanwhile.</param>
    public BlockWriter(IDisk disk, string path)
    {
        _disk = disk;
        _seriesPath = path + ".series";
        _output = new DiskAppender(disk.Open(path, DiskOpenMode.Truncate));
        _series = new DiskAppender(disk.Open(_seriesPath, DiskOpenMode.Truncate));
        _output.Append(BlockMeta.HeadMagic);
    }

    /// <summary>Starts a series: its chunks follow. Series come in <see cref="SeriesOrder"/>.</summary>
    public void BeginSeries(ReadOnlySpan<byte> canonical, ulong hash)
    {
        _entry.Clear();
        _chunks.Clear();
        _entryChunks = 0;
        // Offsets start from zero, so that an entry can be read on its own.
        (_lastMs, _lastTimesOffset, _lastBodyEnd) = (0, 0, 0);
        _entry.UInt64(hash);
        int labels = _entry.Length;
        _entry.Byte(0);
        int count = 0;
        var reader = new ByteReader(canonical);
        while (reader.RemainingBytes > 0)
        {
            int pair = _pairs.Intern(reader.Sized(), reader.Sized());
            _pairs.AddSeries(pair, _seriesCount);
            _entry.VarUInt((ulong)pair);
            count++;
        }

        _entry.PatchByte(labels, (byte)count);
    }

    /// <summary>Appends samples, ascending and later than all before, in chunks of the usual size.</summary>
    public void Add(SampleBuffer samples)
    {
        for (int start = 0; start < samples.Count; start += ChunkLimits.BlockSamplesMax)
        {
            Range part = start..Math.Min(start + ChunkLimits.BlockSamplesMax, samples.Count);
            _scratch.Clear();
            _floats.EncodeBody(samples.Values[part], samples.StartsMs[part], _scratch);
            AddChunk(samples.TimestampsMs[part], isHistogram: false);
        }
    }

    /// <summary>Appends histograms, ascending and later than all before.</summary>
    public void Add(ReadOnlySpan<TimedHistogram> histograms)
    {
        Span<long> timestamps = stackalloc long[ChunkLimits.BlockSamplesMax];
        while (!histograms.IsEmpty)
        {
            int count = RunLength(histograms);
            for (int index = 0; index < count; index++) timestamps[index] = histograms[index].TimestampMs;
            _scratch.Clear();
            _histograms.Encode(histograms[..count], _scratch);
            AddChunk(timestamps[..count], isHistogram: true);
            histograms = histograms[count..];
        }
    }

    /// <summary>Appends a chunk that is encoded already.</summary>
    public void AddEncoded(
        ReadOnlySpan<byte> times, ReadOnlySpan<byte> body, int count, long minMs, long maxMs, bool isHistogram)
    {
        long timesOffset = PlaceTimes(times, count);
        long bodyOffset = _output.Position;
        AppendChecked(body);
        _chunks.VarUInt(((ulong)count << 1) | (isHistogram ? 1UL : 0));
        _chunks.VarLong(minMs - _lastMs);
        _chunks.VarUInt((ulong)(maxMs - minMs));
        _chunks.VarLong(bodyOffset - _lastBodyEnd);
        _chunks.VarUInt((ulong)body.Length);
        _chunks.VarLong(timesOffset - _lastTimesOffset);
        _chunks.VarUInt((ulong)times.Length);
        (_lastMs, _lastTimesOffset, _lastBodyEnd) = (maxMs, timesOffset, _output.Position);
        _entryChunks++;
        _chunkCount++;
        _sampleCount += count;
    }

    /// <summary>Ends a series. Callers begin none that has no samples.</summary>
    public void EndSeries()
    {
        _entry.VarUInt((ulong)_entryChunks);
        _entry.Bytes(_chunks.Written);
        _offsets.UInt32(checked((uint)_series.Position));
        _series.Append(_entry.Written);
        _seriesCount++;
    }

    /// <summary>Writes the index and makes the file durable; the caller renames it.</summary>
    public BlockMeta Finish(long minMs, long endMs, int level, IReadOnlyList<int> replaces)
    {
        _ = _output.TakeCrc();
        RegionPlace[] regions = new RegionPlace[Enum.GetValues<BlockRegion>().Length];
        _series.Drain();
        using (IDiskFile spooled = _disk.Open(_seriesPath, DiskOpenMode.Read))
            regions[(int)BlockRegion.Series] = Region(() => _output.AppendFile(spooled));
        regions[(int)BlockRegion.SeriesOffsets] = Region(() => _output.Append(_offsets.Written));
        var index = new BlockIndexWriter(_pairs, _output);
        regions[(int)BlockRegion.Symbols] = Region(index.WriteSymbols);
        regions[(int)BlockRegion.Postings] = Region(index.WritePostings);
        regions[(int)BlockRegion.Pairs] = Region(index.WritePairs);
        regions[(int)BlockRegion.Names] = Region(index.WriteNames);
        var meta = new BlockMeta
        {
            MinMs = minMs,
            EndMs = endMs,
            Level = level,
            SeriesCount = _seriesCount,
            PairCount = _pairs.Limit,
            SampleCount = _sampleCount,
            ChunkCount = _chunkCount,
            Replaces = replaces,
            Regions = regions,
        };
        _scratch.Clear();
        meta.Write(_scratch);
        _output.Append(_scratch.Written);
        _output.Sync();
        return meta;
    }

    public void Dispose()
    {
        _output.Dispose();
        _series.Dispose();
        _disk.Delete(_seriesPath);
    }

    private static int RunLength(ReadOnlySpan<TimedHistogram> histograms)
    {
        int count = 1;
        var layout = histograms[0].Histogram;
        while (count < histograms.Length && count < ChunkLimits.BlockSamplesMax
            && HistogramChunk.CanShare(layout, histograms[count].Histogram))
        {
            if (layout.IsStale) layout = histograms[count].Histogram;
            count++;
        }

        return count;
    }

    private RegionPlace Region(Action write)
    {
        long offset = _output.Position;
        write();
        return new RegionPlace(offset, _output.Position - offset, _output.TakeCrc());
    }

    private void AddChunk(ReadOnlySpan<long> timestampsMs, bool isHistogram)
    {
        _times.Clear();
        _floats.EncodeTimes(timestampsMs, _times);
        AddEncoded(_times.Written, _scratch.Written, timestampsMs.Length, timestampsMs[0], timestampsMs[^1],
            isHistogram);
    }

    private long PlaceTimes(ReadOnlySpan<byte> times, int count)
    {
        UInt128 key = XxHash128.HashToUInt128(times, count);
        if (_sharedTimes.TryGetValue(key, out long known)) return known;
        if (_sharedTimes.Count == SharedTimesMax) _sharedTimes.Clear();
        long offset = _output.Position;
        _sharedTimes.Add(key, offset);
        AppendChecked(times);
        return offset;
    }

    private void AppendChecked(ReadOnlySpan<byte> bytes)
    {
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        BitConverter.TryWriteBytes(crc, Crc32C.Of(bytes));
        _output.Append(crc);
        _output.Append(bytes);
    }
}
