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
            Gen.Select(Any("abs", "sort", "absent", "histogram_sum", "hour"), inner, (name, one) => $"{name}({one})"),
            Gen.Select(Any("rate", "sum_over_time", "resets"), matrix, (name, one) => $"{name}({one})"),
            Gen.Select(scalar, matrix, (one, range) => $"quantile_over_time({one}, {range})"),
            Gen.Select(scalar, inner, (one, vector) => $"histogram_quantile({one}, {vector})"),
            Gen.Select(Any("sum", "avg", "count", "stddev"), Grouping, inner, (name, by, one) => $"{name}{by} ({one})"),
            Gen.Select(
                Any("topk", "quantile", "limitk"),
                Grouping,
                scalar,
                inner,
                (name, by, k, one) => $"{name}({k}, {one}){by}"),
            Gen.Select(inner, Binary, inner, (a, op, b) => $"{a} {op} {b}"),
            Gen.Select(inner, Any("+", ">", "</", "!= bool"), scalar, (a, op, b) => $"({a} {op} {b})"),
            inner.Select(one => $"label_replace({one}, \"a\", \"$1\", \"b\", \"(.*)\")"));
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
