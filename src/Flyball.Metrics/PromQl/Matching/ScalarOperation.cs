using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>A vector and a scalar: changes each series in place.</summary>
internal sealed class ScalarOperation(BinaryExpr expr, Scalars scalar, bool leftIsScalar, QueryState state)
{
    private readonly SampleOperators operators = new(expr, state);

    private readonly Func<double, double, double>? arithmetic =
        expr.Operator.IsComparison() || expr.Operator.IsTrim() ? null : FloatOperators.Arithmetic(expr.Operator);

    public bool ChangesMetric => arithmetic is not null || expr.ReturnsBool;

    /// <summary>False when nothing is left.</summary>
    public bool Apply(Column column)
    {
        if (arithmetic is not null && column.Histograms is null) return ApplyToFloats(column.Values, arithmetic);
        bool any = false;
        for (int step = 0; step < column.Values.Length; step++)
        {
            if (!column.Has(step)) continue;
            Sample vector = column.At(step), other = new(scalar[step]);
            Sample? result = leftIsScalar
                ? operators.Apply(other, vector, out bool holds)
                : operators.Apply(vector, other, out holds);
            if (result is null || (!holds && !expr.ReturnsBool))
            {
                column.Clear(step);
                continue;
            }

            any = true;
            if (expr.ReturnsBool) column.Set(step, new Sample(holds ? 1 : 0));
            else column.Set(step, expr.Operator.IsComparison() ? vector : result.Value);
        }

        return any;
    }

    private bool ApplyToFloats(double[] values, Func<double, double, double> compute)
    {
        for (int step = 0; step < values.Length; step++)
        {
            if (Column.IsAbsent(values[step])) continue;
            values[step] = leftIsScalar ? compute(scalar[step], values[step]) : compute(values[step], scalar[step]);
        }

        return true;
    }
}
