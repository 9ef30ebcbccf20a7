using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The head's labels for a selection. Each call takes the lock for itself, so that trying a regular expression on a
/// hundred thousand values does not hold up appends; numbers stay good while the head's collection count does.
/// </summary>
internal sealed class HeadIndex(HeadData head) : ILabelIndex
{
    public int SeriesCount
    {
        get
        {
            lock (head.Gate) return head.Series.Count;
        }
    }

    public int[] AllSeries()
    {
        lock (head.Gate)
        {
            int[] all = new int[head.Series.Count];
            int count = 0;
            for (int series = 0; series < head.Series.Limit; series++)
            {
                if (head.Series[series].IsLive) all[count++] = series;
            }

            return all;
        }
    }

    public int FindPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        lock (head.Gate) return head.Series.Pairs.Find(name, value);
    }

    public int[] PairsOf(ReadOnlySpan<byte> name)
    {
        lock (head.Gate) return [.. head.Series.Pairs.OfName(name)];
    }

    public int[] PairsOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix)
    {
        int[] pairs = PairsOf(name);
        int kept = 0;
        foreach (int pair in pairs)
        {
            if (ValueOf(pair).StartsWith(prefix)) pairs[kept++] = pair;
        }

        Array.Resize(ref pairs, kept);
        return pairs;
    }

    /// <summary>Without the lock: the bytes of a symbol do not change while it is in use.</summary>
    public ReadOnlySpan<byte> ValueOf(int pair) => head.Series.Pairs.ValueBytes(pair);

    public int CountOf(int pair)
    {
        lock (head.Gate) return head.Series.Pairs.SeriesCount(pair);
    }

    public int[] SeriesOf(int pair)
    {
        lock (head.Gate)
        {
            int[] series = new int[head.Series.Pairs.SeriesCount(pair)];
            head.Series.Pairs.CopySeries(pair, series);
            return series;
        }
    }

    public int PairsOfSeries(int series, Span<int> destination)
    {
        lock (head.Gate) return head.Series[series].IsLive ? head.Series.CopyPairs(series, destination) : 0;
    }
}
