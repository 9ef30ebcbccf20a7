using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>Evaluates binary expressions with at least one vector.</summary>
internal sealed class BinaryEvaluator(Evaluator evaluator, QueryState state)
{
    public void Stream(BinaryExpr expr, StepGrid grid, Action<Column> sink)
    {
        bool leftIsScalar = expr.Left.Type == ExprType.Scalar;
        if (leftIsScalar || expr.Right.Type == ExprType.Scalar)
        {
            StreamWithScalar(expr, grid, leftIsScalar, sink);
            return;
        }

        List<Column> left = evaluator.Evaluate(expr.Left, grid);
        List<Column> right = evaluator.Evaluate(expr.Right, grid);
        List<Column> result;
        if (expr.Operator.IsSet())
        {
            result = new SetOperation(expr, state).Apply(left, right);
        }
        else
        {
            result = new VectorOperation(expr, grid, state).Apply(left, right);
            foreach (Column column in left) state.Recycle(column);
            foreach (Column column in right) state.Recycle(column);
        }

        foreach (Column column in ColumnMerging.Merge(result, state)) sink(column);
    }

    private void StreamWithScalar(BinaryExpr expr, StepGrid grid, bool leftIsScalar, Action<Column> sink)
    {
        Scalars scalar = evaluator.EvaluateScalar(leftIsScalar ? expr.Left : expr.Right, grid);
        Expr vector = leftIsScalar ? expr.Right : expr.Left;
        var operation = new ScalarOperation(expr, scalar, leftIsScalar, state);
        if (operation.ChangesMetric)
        {
            evaluator.StreamRenamed(vector, grid, operation.Apply, sink);
            return;
        }

        evaluator.Stream(vector, grid, column =>
        {
            if (operation.Apply(column)) sink(column);
            else state.Recycle(column);
        });
    }
}
