namespace Flyball.Metrics.Model.Histograms;

/// <summary>Walks the buckets that spans describe: the index of each, and its position among the counts.</summary>
internal struct SpanCursor(BucketSpan[] spans)
{
    private int span = -1;
    private int leftInSpan;
    private int next;

    /// <summary>The bucket's index.</summary>
    public int Index { get; private set; }

    /// <summary>The bucket's place among the counts.</summary>
    public int Position { get; private set; } = -1;

    public bool MoveNext()
    {
        while (leftInSpan == 0)
        {
            if (++span >= spans.Length) return false;
            next += spans[span].Offset;
            leftInSpan = spans[span].Length;
        }

        leftInSpan--;
        Index = next++;
        Position++;
        return true;
    }
}
