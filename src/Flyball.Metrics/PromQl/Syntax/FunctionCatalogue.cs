using System.Collections.Frozen;

namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>All functions of PromQL.</summary>
internal static class FunctionCatalogue
{
    /// <summary>
    /// A line for each shape: arguments (v vector, m matrix, s scalar, t string; * repeats the last at will, ?n makes
    /// it optional up to n times), the result, and the names; an exclamation mark makes a function experimental.
    /// </summary>
    private static readonly (string Arguments, string Returns, string Names)[] Shapes =
    [
        ("v", "v", "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg "
            + "histogram_count histogram_sum histogram_stddev histogram_stdvar ln log10 log2 rad sgn sin sinh sort "
            + "sort_desc sqrt start_timestamp! tan tanh timestamp"),
        ("v", "s", "scalar"),
        ("v?1", "v", "days_in_month day_of_month day_of_week day_of_year hour minute month year"),
        ("m", "v", "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase "
            + "irate last_over_time mad_over_time! max_over_time min_over_time ts_of_first_over_time! "
            + "ts_of_max_over_time! ts_of_min_over_time! ts_of_last_over_time! present_over_time rate resets "
            + "stddev_over_time stdvar_over_time sum_over_time"),
        ("vss", "v", "clamp"),
        ("vs", "v", "clamp_max clamp_min"),
        ("vs?1", "v", "round"),
        ("ssv", "v", "histogram_fraction"),
        ("sv", "v", "histogram_quantile"),
        ("vtss?9", "v", "histogram_quantiles!"),
        ("mss", "v", "double_exponential_smoothing!"),
        ("ms", "v", "predict_linear"),
        ("sm", "v", "quantile_over_time"),
        ("vv?1", "v", "info!"),
        ("vtttt", "v", "label_replace"),
        ("vttt*", "v", "label_join"),
        ("vt*", "v", "sort_by_label! sort_by_label_desc!"),
        ("s", "v", "vector"),
        ("ss", "s", "max_of! min_of!"),
        ("", "s", "pi time start! end! step! range!"),
    ];

    private static readonly FrozenDictionary<string, FunctionSignature> ByName =
        All().ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static FunctionSignature? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<FunctionSignature> All()
    {
        foreach ((string arguments, string returns, string names) in Shapes)
        {
            int question = arguments.IndexOf('?', StringComparison.Ordinal);
            int variadic = arguments.EndsWith('*') ? -1 : question >= 0 ? arguments[question + 1] - '0' : 0;
            string letters = question >= 0 ? arguments[..question] : arguments.TrimEnd('*');
            ExprType[] types = [.. letters.Select(TypeOf)];
            foreach (string name in names.Split(' '))
            {
                yield return new FunctionSignature(
                    name.TrimEnd('!'), types, variadic, TypeOf(returns[0]), name.EndsWith('!'));
            }
        }
    }

    private static ExprType TypeOf(char letter) => letter switch
    {
        'v' => ExprType.Vector,
        'm' => ExprType.Matrix,
        's' => ExprType.Scalar,
        _ => ExprType.String,
    };
}
