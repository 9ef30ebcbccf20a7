using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>Histogram arithmetic that tells the user when layouts do not fit.</summary>
internal readonly record struct HistogramNoting(QueryState State, string Metric, TextRange Range)
{
    /// <summary>The sum; null, with a warning, when layouts cannot be combined.</summary>
    public NativeHistogram? TryAdd(NativeHistogram left, NativeHistogram right)
    {
        NativeHistogram? sum = HistogramArithmetic.TryAdd(left, right, out HistogramNotes notes);
        Note(sum, notes, "addition");
        return sum;
    }

    /// <summary>The difference; null, with a warning, when layouts cannot be combined.</summary>
    public NativeHistogram? TrySubtract(NativeHistogram left, NativeHistogram right)
    {
        NativeHistogram? difference = HistogramArithmetic.TrySubtract(left, right, out HistogramNotes notes);
        Note(difference, notes, "subtraction");
        return difference;
    }

    public void MixedSchemas() => State.Annotate(Notes.MixedSchemas(Metric, Range));

    private void Note(NativeHistogram? result, HistogramNotes notes, string operation)
    {
        if (result is null) MixedSchemas();
        else if (notes.HasFlag(HistogramNotes.BoundsReconciled))
            State.Annotate(Notes.BoundsReconciled(operation, Range));
    }
}
