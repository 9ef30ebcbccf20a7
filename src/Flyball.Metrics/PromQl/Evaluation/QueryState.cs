using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>What the evaluation of one query shares: data, limits, annotations and memory. One thread.</summary>
internal sealed class QueryState(
    ISeriesSource source, QueryOptions options, QueryTimes query, TimeProvider time, CancellationToken cancellation)
{
    private readonly Stack<SampleBuffer> buffers = [];
    private readonly Stack<double[]> arrays = [];
    private readonly long startedAt = time.GetTimestamp();
    private long heldSamples;

    public ISeriesSource Source => source;

    public QueryOptions Options => options;

    /// <summary>The times of the whole query, which <c>@ start()</c>, <c>step()</c> and their like refer to.</summary>
    public QueryTimes Query => query;

    public CancellationToken Cancellation => cancellation;

    public AnnotationSet Annotations { get; } = new();

    public long LookbackMs { get; } = (long)options.Lookback.TotalMilliseconds;

    /// <summary>Selectors whose histograms are only asked for count and sum.</summary>
    public HashSet<VectorSelector> WithoutBuckets { get; } = [];

    /// <summary>Samples held at the worst moment.</summary>
    public long PeakSamples { get; private set; }

    /// <summary>Samples read from storage.</summary>
    public long ReadSamples { get; set; }

    public void Annotate(Annotation annotation) => Annotations.Add(annotation);

    /// <exception cref="QueryException">Cancelled, or out of time.</exception>
    public void CheckTime()
    {
        if (cancellation.IsCancellationRequested)
            throw new QueryException("query was canceled in expression evaluation", QueryFailure.Cancelled);
        if (time.GetElapsedTime(startedAt) > options.Timeout)
            throw new QueryException("query timed out in expression evaluation", QueryFailure.Timeout);
    }

    /// <exception cref="QueryException">The query would hold too many samples.</exception>
    public void Hold(long samples)
    {
        heldSamples += samples;
        PeakSamples = Math.Max(PeakSamples, heldSamples);
        if (heldSamples > options.MaxSamples)
        {
            throw new QueryException(
                "query processing would load too many samples into memory in query execution",
                QueryFailure.TooManySamples);
        }
    }

    public void Release(long samples) => heldSamples -= samples;

    /// <summary>A column with nothing in it.</summary>
    public Column NewColumn(Labels labels, int steps)
    {
        double[] values = NewArray(steps);
        Array.Fill(values, Column.Absent);
        return new Column(labels, values);
    }

    /// <summary>An array of exactly this many values, whatever they are.</summary>
    public double[] NewArray(int steps)
    {
        Hold(steps);
        return arrays.Count > 0 && arrays.Peek().Length == steps ? arrays.Pop() : new double[steps];
    }

    /// <summary>Gives a column's memory back; the caller forgets the column.</summary>
    public void Recycle(Column column)
    {
        Release(column.Values.Length);
        if (arrays.Count > 0 && arrays.Peek().Length != column.Values.Length) arrays.Clear();
        arrays.Push(column.Values);
    }

    public SampleBuffer RentBuffer() => buffers.Count > 0 ? buffers.Pop() : new SampleBuffer();

    public void ReturnBuffer(SampleBuffer buffer)
    {
        buffer.Clear();
        buffers.Push(buffer);
    }

    /// <summary>Marks the column as having a new meaning: its name falls now, or when the query is done.</summary>
    public void DropName(Column column)
    {
        column.DropsName = true;
        if (!options.DelayedNameRemoval) column.Labels = column.Labels.WithoutMetricName(andTypeAndUnit: true);
    }
}
