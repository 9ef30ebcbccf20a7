using CsCheck;

namespace Flyball.Metrics.Tests.PromQl;

/// <summary>Random queries that are correct.</summary>
internal static class QueryGenerator
{
    private static readonly Gen<string> Duration = Any("1s", "90s", "5m", "1h30m", "1d", "300", "2m500ms");

    private static readonly Gen<string> Matchers = Any(
        "", "{a=\"b\"}", "{a!=\"\",c=~\"x|y.*\"}", "{job!~\"a.+\"}", "{\"quoted label\"=\"\\\"v\\\\\"}");

    private static readonly Gen<string> Modifiers = Gen.OneOf(
        Gen.Const(""),
        Gen.Const(" @ start()"),
        Gen.Const(" @ 1609746000.123"),
        Duration.Select(one => " offset " + one),
        Duration.Select(one => " offset -" + one + " @ end()"));

    private static readonly Gen<string> Selector = Gen.Select(
        Any("foo", "bar:baz", "sum", "offset", "up", "start"), Matchers, (name, labels) => name + labels);

    private static readonly Gen<string> OfVector = Any(
        "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "day_of_month",
        "day_of_week", "day_of_year", "days_in_month", "deg", "exp", "floor", "histogram_avg", "histogram_count",
        "histogram_stddev", "histogram_stdvar", "histogram_sum", "hour", "ln", "log10", "log2", "minute", "month",
        "rad", "round", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp", "year");

    private static readonly Gen<string> OfRange = Any(
        "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase",
        "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets",
        "stddev_over_time", "stdvar_over_time", "sum_over_time");

    private static readonly Gen<string> Aggregations = Any(
        "avg", "count", "group", "max", "min", "stddev", "stdvar", "sum");

    private static readonly Gen<string> Grouping = Any("", " by (a, b)", " without (a)", " by ()");

    /// <summary>
    /// Infinity is in parentheses: Prometheus prints it with a sign, which binds looser than a power.
    /// </summary>
    public static Gen<string> Scalar(int depth)
    {
        Gen<string> leaf = Gen.OneOf(
            Any("1", "0x1F", "(Inf)", "NaN", "1e10", "2.5", "5m", "pi()", "time()", "step()"),
            Gen.Double[-1000, 1000].Select(one => one.ToString("R", null)));
        if (depth == 0) return leaf;
        Gen<string> inner = Scalar(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Select(one => $"({one})"),
            inner.Select(one => $"-{one}"),
            Gen.Select(inner, Any("+", "-", "*", "/", "%", "^", "== bool"), inner, (a, op, b) => $"{a} {op} {b}"),
            Vector(depth - 1).Select(one => $"scalar({one})"));
    }

    public static Gen<string> Vector(int depth)
    {
        Gen<string> leaf = Gen.Select(Selector, Modifiers, (selector, modifier) => selector + modifier);
        if (depth == 0) return leaf;
        Gen<string> inner = Vector(depth - 1), scalar = Scalar(depth - 1), matrix = Matrix(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Select(one => $"({one})"),
            inner.Select(one => $"-{one}"),
            Gen.Select(OfVector, inner, (name, one) => $"{name}({one})"),
            Gen.Select(OfRange, matrix, (name, one) => $"{name}({one})"),
            Gen.Select(scalar, matrix, (one, range) => $"quantile_over_time({one}, {range})"),
            Gen.Select(matrix, scalar, (range, one) => $"predict_linear({range}, {one})"),
            Gen.Select(scalar, inner, (one, vector) => $"histogram_quantile({one}, {vector})"),
            Gen.Select(scalar, scalar, inner, (low, high, one) => $"histogram_fraction({low}, {high}, {one})"),
            Gen.Select(
                Any("clamp_min", "clamp_max", "round"), inner, scalar, (name, one, by) => $"{name}({one}, {by})"),
            Gen.Select(inner, scalar, scalar, (one, low, high) => $"clamp({one}, {low}, {high})"),
            scalar.Select(one => $"vector({one})"),
            Gen.Select(Aggregations, Grouping, inner, (name, by, one) => $"{name}{by} ({one})"),
            // Rounded and bounded: the value becomes text, of which every digit counts.
            Gen.Select(Grouping, inner, (by, one) => $"count_values{by} (\"a\", clamp(round({one}), -999, 999))"),
            Gen.Select(
                Any("topk", "bottomk", "quantile", "limitk"),
                Grouping,
                scalar,
                inner,
                (name, by, k, one) => $"{name}({k}, {one}){by}"),
            Gen.Select(inner, Binary, inner, (a, op, b) => $"{a} {op} {b}"),
            Gen.Select(inner, Any("+", ">", "</", "!= bool"), scalar, (a, op, b) => $"({a} {op} {b})"),
            inner.Select(one => $"label_replace({one}, \"a\", \"$1\", \"b\", \"(.*)\")"),
            inner.Select(one => $"label_join({one}, \"a\", \"-\", \"b\", \"none\", \"c\")"));
    }

    private static Gen<string> Any(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static readonly Gen<string> Binary = Any(
        "+", "* on (a)", "/ ignoring (a, b) group_left (c)", "and", "or on (x)", "unless", "== bool",
        "> on () group_right ()",
        "- fill (0)", "+ on (a) fill_left (1) fill_right (2)", "^", "atan2", "% ignoring ()");

    private static Gen<string> Matrix(int depth)
    {
        Gen<string> plain = Gen.Select(
            Selector, Duration, Any("", " anchored", " smoothed"), Modifiers,
            (selector, width, extended, modifier) => $"{selector}[{width}]{extended}{modifier}");
        Gen<string> computed = Selector.Select(one => $"{one}[max_of(step() * 2, 5m) + 1s]");
        if (depth == 0) return Gen.OneOf(plain, computed);
        Gen<string> subquery = Gen.Select(
            Vector(depth - 1), Duration, Any("", "1m", "step()"), Modifiers,
            (one, width, step, modifier) => $"({one})[{width}:{step}]{modifier}");
        return Gen.OneOf(plain, computed, subquery);
    }
}
