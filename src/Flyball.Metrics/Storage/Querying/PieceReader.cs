using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>
/// Decodes a series' chunks into runs of one kind: a chunk on its own straight into columns; chunks that overlap
/// merged, the first written winning where times are equal. Keeps its buffers from run to run.
/// </summary>
internal sealed class PieceReader
{
    private readonly List<MergedSample> _merged = [];
    private readonly SampleBuffer _decoded = new();
    private StoredSeries _series = null!;
    private int _nextPiece;
    private int _nextMerged;

    /// <summary>The floats of the run, when it is one of floats.</summary>
    public SampleBuffer Floats { get; } = new();

    /// <summary>The histograms of the run, when it is one of histograms.</summary>
    public List<TimedHistogram> Histograms { get; } = [];

    public void Reset(StoredSeries series)
    {
        _series = series;
        _nextPiece = 0;
        _nextMerged = 0;
        _merged.Clear();
        Floats.Clear();
        Histograms.Clear();
    }

    /// <summary>
    /// Fills one of the two with the next samples; chunks that end before a time are passed over unread.
    /// </summary>
    public bool TryNext(long fromMs)
    {
        Floats.Clear();
        Histograms.Clear();
        while (Floats.Count == 0 && Histograms.Count == 0)
        {
            if (_nextMerged < _merged.Count)
            {
                TakeMerged();
                continue;
            }

            if (_nextPiece == _series.Pieces.Count) return false;
            int end = ClusterEnd(out long maxMs);
            int first = _nextPiece;
            _nextPiece = end;
            if (maxMs < fromMs) continue;
            if (end - first > 1) Merge(first, end);
            else ReadOne(_series.Pieces[first]);
        }

        return true;
    }

    /// <summary>Where the chunks that overlap the next one, directly or through others, end.</summary>
    private int ClusterEnd(out long maxMs)
    {
        List<ChunkPiece> pieces = _series.Pieces;
        int end = _nextPiece + 1;
        maxMs = pieces[_nextPiece].MaxMs;
        while (end < pieces.Count && pieces[end].MinMs <= maxMs)
        {
            maxMs = Math.Max(maxMs, pieces[end].MaxMs);
            end++;
        }

        return end;
    }

    private void ReadOne(in ChunkPiece piece)
    {
        if (piece.IsHistogram)
        {
            if (!piece.Reader.TryRead(in piece, Histograms)) _series.ReportDamage();
            IReadOnlyList<TimeRange> deleted = piece.Deleted;
            _ = Histograms.RemoveAll(timed => !IsWanted(timed.TimestampMs, deleted));
            return;
        }

        if (!piece.Reader.TryRead(in piece, Floats))
        {
            Floats.Clear();
            _series.ReportDamage();
        }
        else if (piece.MinMs < _series.Range.MinMs || piece.MaxMs > _series.Range.MaxMs || piece.Deleted.Count > 0)
        {
            Trim(piece.Deleted);
        }
    }

    private bool IsWanted(long timestampMs, IReadOnlyList<TimeRange> deleted)
    {
        if (!_series.Range.Contains(timestampMs)) return false;
        foreach (TimeRange range in deleted)
        {
            if (range.Contains(timestampMs)) return false;
        }

        return true;
    }

    private void Trim(IReadOnlyList<TimeRange> deleted)
    {
        int kept = 0;
        Span<long> timestamps = Floats.TimestampsMs;
        for (int index = 0; index < timestamps.Length; index++)
        {
            if (!IsWanted(timestamps[index], deleted)) continue;
            timestamps[kept] = timestamps[index];
            Floats.Values[kept] = Floats.Values[index];
            Floats.StartsMs[kept] = Floats.StartsMs[index];
            kept++;
        }

        Floats.Truncate(kept);
    }

    private void Merge(int first, int end)
    {
        _merged.Clear();
        _nextMerged = 0;
        for (int index = first; index < end; index++) AddToMerge(_series.Pieces[index]);
        _merged.Sort();
        int kept = 0;
        for (int index = 0; index < _merged.Count; index++)
        {
            if (kept == 0 || _merged[index].TimestampMs != _merged[kept - 1].TimestampMs)
                _merged[kept++] = _merged[index];
        }

        _merged.RemoveRange(kept, _merged.Count - kept);
    }

    private void AddToMerge(in ChunkPiece piece)
    {
        bool isWhole;
        if (piece.IsHistogram)
        {
            var histograms = new List<TimedHistogram>();
            isWhole = piece.Reader.TryRead(in piece, histograms);
            foreach (TimedHistogram timed in histograms)
            {
                if (IsWanted(timed.TimestampMs, piece.Deleted))
                    _merged.Add(new MergedSample(timed.TimestampMs, piece.Rank, 0, timed.StartMs, timed.Histogram));
            }
        }
        else
        {
            _decoded.Clear();
            isWhole = piece.Reader.TryRead(in piece, _decoded);
            for (int index = 0; isWhole && index < _decoded.Count; index++)
            {
                long timestampMs = _decoded.TimestampsMs[index];
                if (IsWanted(timestampMs, piece.Deleted))
                    _merged.Add(new MergedSample(
                        timestampMs, piece.Rank, _decoded.Values[index], _decoded.StartsMs[index], null));
            }
        }

        if (!isWhole) _series.ReportDamage();
    }

    /// <summary>Takes as many merged samples of one kind as follow each other.</summary>
    private void TakeMerged()
    {
        bool isHistogram = _merged[_nextMerged].Histogram is not null;
        while (_nextMerged < _merged.Count && _merged[_nextMerged].Histogram is not null == isHistogram)
        {
            MergedSample sample = _merged[_nextMerged++];
            if (sample.Histogram is null) Floats.Add(sample.TimestampMs, sample.Value, sample.StartMs);
            else Histograms.Add(new TimedHistogram(sample.TimestampMs, sample.StartMs, sample.Histogram));
        }
    }
}
