using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// The sum or mean of histograms. The mean is taken from the sum as long as that is finite, from then on it runs.
/// </summary>
internal sealed class HistogramAccumulator
{
    private readonly bool isAverage;
    private CompensatedHistogram sum;
    private double count = 1;
    private bool isRunningMean;
    private bool sawReset;
    private bool sawNoReset;
    private bool reconciled;

    public HistogramAccumulator(NativeHistogram first, bool isAverage)
    {
        this.isAverage = isAverage;
        sum = new CompensatedHistogram(first, null);
        Track(first);
    }

    /// <summary>False when the layouts cannot be combined; the accumulator is of no use then.</summary>
    public bool TryAdd(NativeHistogram histogram)
    {
        Track(histogram);
        count++;
        if (!isRunningMean)
        {
            if (!sum.TryAdd(histogram, 1, track: true, out CompensatedHistogram next, out HistogramNotes notes))
                return false;
            reconciled |= notes.HasFlag(HistogramNotes.BoundsReconciled);
            if (!isAverage || !HistogramArithmetic.HasInfinity(next.Value))
            {
                sum = next;
                return true;
            }

            isRunningMean = true;
            sum = sum.Divide(count - 1);
        }

        NativeHistogram part = HistogramArithmetic.Divide(histogram, count);
        bool fits = sum.Multiply((count - 1) / count)
            .TryAdd(part, 1, track: true, out CompensatedHistogram mean, out HistogramNotes meanNotes);
        reconciled |= meanNotes.HasFlag(HistogramNotes.BoundsReconciled);
        if (fits) sum = mean;
        return fits;
    }

    public NativeHistogram Result() => isAverage && !isRunningMean ? sum.Divide(count).Total() : sum.Total();

    /// <summary>Tells the user what was noticed on the way.</summary>
    public void Note(QueryState state, TextRange range)
    {
        if (sawReset && sawNoReset) state.Annotate(Notes.ResetCollision("aggregation", range));
        if (reconciled) state.Annotate(Notes.BoundsReconciled("aggregation", range));
    }

    private void Track(NativeHistogram histogram)
    {
        sawReset |= histogram.ResetHint == CounterResetHint.Reset;
        sawNoReset |= histogram.ResetHint == CounterResetHint.NotReset;
    }
}
