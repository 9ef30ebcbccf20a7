using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// Finds selectors below <c>histogram_count</c>, <c>histogram_sum</c> or <c>histogram_avg</c> whose buckets nobody
/// looks at. Their resets are found while reading, as long as the buckets are there.
/// </summary>
internal static class BucketUse
{
    public static void FindUnused(Expr expr, HashSet<VectorSelector> unused) => Visit(expr, false, false, unused);

    private static void Visit(Expr expr, bool readsTotals, bool readsBuckets, HashSet<VectorSelector> unused)
    {
        switch (expr)
        {
            case VectorSelector selector when readsTotals && !readsBuckets:
                unused.Add(selector);
                break;
            case SubqueryExpr:
                readsBuckets = true;
                break;
            case BinaryExpr binary:
                readsBuckets |= binary.Operator.IsTrim();
                break;
            case CallExpr call:
                readsTotals |= call.Function.Name is "histogram_count" or "histogram_sum" or "histogram_avg";
                readsBuckets |= call.Function.Name
                    is "histogram_quantile" or "histogram_quantiles" or "histogram_fraction";
                break;
        }

        foreach (Expr child in expr.Children) Visit(child, readsTotals, readsBuckets, unused);
    }
}
