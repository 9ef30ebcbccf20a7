using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>A binary operator on samples of any kind.</summary>
internal sealed class SampleOperators(BinaryExpr expr, QueryState state)
{
    private readonly BinaryOperator op = expr.Operator;

    private readonly Func<double, double, double>? arithmetic =
        expr.Operator.IsComparison() || expr.Operator.IsTrim() || expr.Operator.IsSet()
            ? null
            : FloatOperators.Arithmetic(expr.Operator);

    /// <summary>
    /// The result, and whether a comparison held. Null, with a note, when the operator does not work on these samples.
    /// A comparison gives its left side.
    /// </summary>
    public Sample? Apply(Sample left, Sample right, out bool holds)
    {
        holds = true;
        if (left.Histogram is null && right.Histogram is null) return ApplyToFloats(left.Value, right.Value, out holds);
        if (left.Histogram is null) return ApplyToFloatAndHistogram(left.Value, right.Histogram!);
        return right.Histogram is null
            ? ApplyToHistogramAndFloat(left.Histogram, right.Value)
            : ApplyToHistograms(left.Histogram, right.Histogram, out holds);
    }

    private Sample? ApplyToFloats(double left, double right, out bool holds)
    {
        holds = true;
        if (arithmetic is not null) return new Sample(arithmetic(left, right));
        if (op.IsTrim()) return Incompatible("float", "float");
        holds = FloatOperators.Holds(op, left, right);
        return new Sample(left);
    }

    private Sample? ApplyToFloatAndHistogram(double left, NativeHistogram right) =>
        op == BinaryOperator.Multiply
            ? Compact(HistogramArithmetic.Multiply(right, left))
            : Incompatible("float", "histogram");

    private Sample? ApplyToHistogramAndFloat(NativeHistogram left, double right) => op switch
    {
        BinaryOperator.Multiply => Compact(HistogramArithmetic.Multiply(left, right)),
        BinaryOperator.Divide => Compact(HistogramArithmetic.Divide(left, right)),
        BinaryOperator.TrimUpper => new Sample(0, HistogramTrim.Trim(left, right, keepsBelow: true)),
        BinaryOperator.TrimLower => new Sample(0, HistogramTrim.Trim(left, right, keepsBelow: false)),
        _ => Incompatible("histogram", "float"),
    };

    private Sample? ApplyToHistograms(NativeHistogram left, NativeHistogram right, out bool holds)
    {
        holds = true;
        switch (op)
        {
            case BinaryOperator.Add:
                NativeHistogram? sum = HistogramArithmetic.TryAdd(left, right, out HistogramNotes notes);
                return Checked(sum, notes, "addition");
            case BinaryOperator.Subtract:
                NativeHistogram? difference =
                    HistogramArithmetic.TrySubtract(left, right, out HistogramNotes differenceNotes);
                NativeHistogram? gauge = difference is null
                    ? null
                    : HistogramArithmetic.WithHint(difference, CounterResetHint.Gauge);
                return Checked(gauge, differenceNotes, "subtraction");
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                holds = HistogramEquality.AreEqual(left, right) == (op == BinaryOperator.Equal);
                return new Sample(0, left);
            default:
                return Incompatible("histogram", "histogram");
        }
    }

    private Sample? Checked(NativeHistogram? result, HistogramNotes notes, string operation)
    {
        if (result is null)
        {
            state.Annotate(Notes.IncompatibleBuckets(op.Symbol(), expr.Range));
            return null;
        }

        if (notes.HasFlag(HistogramNotes.ResetCollision))
        {
            state.Annotate(Notes.ResetCollision(operation, expr.Range));
            return null;
        }

        if (notes.HasFlag(HistogramNotes.BoundsReconciled))
            state.Annotate(Notes.BoundsReconciled(operation, expr.Range));
        return Compact(result);
    }

    private static Sample Compact(NativeHistogram histogram) => new(0, HistogramArithmetic.Compact(histogram));

    private Sample? Incompatible(string left, string right)
    {
        state.Annotate(Notes.IncompatibleTypes(left, op.Symbol(), right, expr.Range));
        return null;
    }
}
