using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>
/// Walks the decoded runs of a series. Used again from series to series, so that buffers are made once.
/// </summary>
internal sealed class StoredIterator : ISampleIterator
{
    private readonly PieceReader _reader = new();
    private int _position;
    private bool _isFloatRun;

    public long TimestampMs =>
        _isFloatRun ? _reader.Floats.TimestampsMs[_position] : _reader.Histograms[_position].TimestampMs;

    public double Value => _reader.Floats.Values[_position];

    public NativeHistogram Histogram => _reader.Histograms[_position].Histogram;

    public long StartTimestampMs =>
        _isFloatRun ? _reader.Floats.StartsMs[_position] : _reader.Histograms[_position].StartMs;

    private int RunCount => _isFloatRun ? _reader.Floats.Count : _reader.Histograms.Count;

    public void Reset(StoredSeries series)
    {
        _reader.Reset(series);
        _position = -1;
        _isFloatRun = true;
    }

    public SampleKind Next()
    {
        if (_position + 1 < RunCount) _position++;
        else if (!TryLoad(long.MinValue)) return SampleKind.None;
        return _isFloatRun ? SampleKind.Float : SampleKind.Histogram;
    }

    public SampleKind Seek(long timestampMs)
    {
        bool isOnSample = _position >= 0 && _position < RunCount;
        if (!isOnSample || TimestampMs < timestampMs)
        {
            if (_position < 0) _position = 0;
            while (!TrySeekInRun(timestampMs))
            {
                if (!TryLoad(timestampMs)) return SampleKind.None;
            }
        }

        return _isFloatRun ? SampleKind.Float : SampleKind.Histogram;
    }

    public int ReadFloats(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs)
    {
        int taken = 0;
        while (taken < timestampsMs.Length)
        {
            if (_position + 1 >= RunCount)
            {
                if (taken > 0 || !TryLoad(long.MinValue)) break;
                // Loading stands on the run's first sample, which is still to be given.
                _position = -1;
            }

            if (!_isFloatRun) break;
            Span<long> starts = startTimestampsMs.IsEmpty ? default : startTimestampsMs[taken..];
            taken += Copy(timestampsMs[taken..], values[taken..], starts);
        }

        return taken;
    }

    private int Copy(Span<long> timestampsMs, Span<double> values, Span<long> startsMs)
    {
        int first = _position + 1;
        int count = Math.Min(timestampsMs.Length, _reader.Floats.Count - first);
        _reader.Floats.TimestampsMs.Slice(first, count).CopyTo(timestampsMs);
        _reader.Floats.Values.Slice(first, count).CopyTo(values);
        if (!startsMs.IsEmpty) _reader.Floats.StartsMs.Slice(first, count).CopyTo(startsMs);
        _position += count;
        return count;
    }

    private bool TryLoad(long fromMs)
    {
        if (!_reader.TryNext(fromMs))
        {
            // The last run stays, and the position behind its end, so that asking again finds nothing again.
            _position = 0;
            _isFloatRun = true;
            return false;
        }

        _position = 0;
        _isFloatRun = _reader.Floats.Count > 0;
        return true;
    }

    private bool TrySeekInRun(long timestampMs)
    {
        if (_isFloatRun)
        {
            int found =
                _reader.Floats.TimestampsMs[Math.Min(_position, _reader.Floats.Count)..].BinarySearch(timestampMs);
            _position += found >= 0 ? found : ~found;
            return _position < _reader.Floats.Count;
        }

        List<TimedHistogram> run = _reader.Histograms;
        while (_position < run.Count && run[_position].TimestampMs < timestampMs) _position++;
        return _position < run.Count;
    }
}
