using System.Text;
using CsCheck;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Printing;

namespace Flyball.Metrics.Tests.PromQl;

public sealed class ExprParserTests
{
    [Theory]
    [InlineData("", "unknown position: parse error: no expression found in input")]
    [InlineData("# only this", "1:1: parse error: no expression found in input")]
    [InlineData("(1", "1:3: parse error: unclosed left parenthesis")]
    [InlineData("1)", "1:2: parse error: unexpected right parenthesis ')'")]
    [InlineData("foo[5m", "1:7: parse error: unclosed left bracket")]
    [InlineData("1 ++", "1:5: parse error: unexpected end of input")]
    [InlineData("foo{bar}", "1:8: parse error: unexpected \"}\" in label matching, expected label matching operator")]
    [InlineData("foo{a=1}", "1:7: parse error: unexpected character inside braces: '1'")]
    [InlineData(
        "foo{a=\"1\" b=\"2\"}",
        "1:11: parse error: unexpected identifier \"b\" in label matching, expected \",\" or \"}\"")]
    [InlineData("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("{a=~\".*\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\"")]
    [InlineData("nope(1)", "1:1: parse error: unknown function with name \"nope\"")]
    [InlineData(
        "rate(foo)",
        "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("abs()", "1:1: parse error: expected 1 argument(s) in call to \"abs\", got 0")]
    [InlineData("round(a, 1, 2)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3")]
    [InlineData(
        "label_join(a, \"b\")",
        "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2")]
    [InlineData("sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar")]
    [InlineData(
        "topk(a)",
        "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1")]
    [InlineData("sum some by (a)", "1:5: parse error: unexpected identifier \"some\"")]
    [InlineData("sum by a (b)", "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\"")]
    [InlineData("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier")]
    [InlineData("foo + bool bar", "1:5: parse error: bool modifier can only be used on comparison operators")]
    [InlineData("foo and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression")]
    [InlineData(
        "a + on(b) group_left(b) c",
        "1:3: parse error: label \"b\" must not occur in ON and GROUP clause at once")]
    [InlineData("a and on(b) group_left() c", "1:1: parse error: no grouping allowed for \"and\" operation")]
    [InlineData("1 + on(b) foo", "1:1: parse error: vector matching only allowed between instant vectors")]
    [InlineData("foo[5m] + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types")]
    [InlineData("foo offset 1m offset 2m", "1:1: parse error: offset may not be set multiple times")]
    [InlineData(
        "(foo) offset 1m",
        "1:1: parse error: offset modifier must be preceded by an instant vector selector or "
        + "range vector selector or a subquery")]
    [InlineData("foo @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times")]
    [InlineData("foo @ inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf")]
    [InlineData("foo offset 1m[5m]", "1:14: parse error: no offset modifiers allowed before range")]
    [InlineData("(foo + 1)[5m]", "1:10: parse error: ranges only allowed for vector selectors")]
    [InlineData("foo[0s]", "1:5: parse error: duration must be greater than 0")]
    [InlineData("foo[5m:1m", "1:10: parse error: unclosed left bracket")]
    [InlineData("1[5m:]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead")]
    [InlineData(
        "-\"a\"",
        "1:1: parse error: unary expression only allowed on expressions of type scalar or instant "
        + "vector, got \"string\"")]
    [InlineData("foo{a=~\"(\"}", "1:5: parse error: error parsing regexp: missing closing ): `(`")]
    [InlineData("\"abc", "1:1: parse error: unterminated quoted string")]
    [InlineData("1_", "1:1: parse error: bad number or duration syntax: \"1_\"")]
    [InlineData("5m1h", "1:1: parse error: not a valid duration string: \"5m1h\"")]
    [InlineData("\n  é", "2:3: parse error: unexpected character: 'é'")]
    [InlineData(
        "limitk(1, foo)",
        "1:1: parse error: limitk() is experimental and must be enabled with the option for experimental functions")]
    [InlineData("mad_over_time(foo[5m])", "1:1: parse error: function \"mad_over_time\" is not enabled")]
    [InlineData("foo[5m*2]", "1:5: parse error: experimental duration expression is not enabled")]
    [InlineData("foo anchored", "1:1: parse error: anchored modifier is experimental and not enabled")]
    [InlineData("a + fill(1) b", "1:5: parse error: binop fill modifiers are experimental and not enabled")]
    public void Parse_WrongQuery_SaysWhereAndWhy(string query, string error) =>
        Assert.Equal(error, ExprParser.Parse(query, PromQlFeatures.Stable).Error);

    [Theory]
    [InlineData("a+b*c^d^e", "a + b * c ^ d ^ e")]
    [InlineData("-1^2", "-1 ^ 2")]
    [InlineData("- foo * 2", "-foo * 2")]
    [InlineData("sum(foo) by (b,a)", "sum by (b, a) (foo)")]
    [InlineData("sum(foo)", "sum(foo)")]
    [InlineData("foo{b=\"1\",a!~\"x.*\",}", "foo{a!~\"x.*\",b=\"1\"}")]
    [InlineData("{\"foo.bar\", \"my label\"=\"v\"}", "{\"my label\"=\"v\",__name__=\"foo.bar\"}")]
    [InlineData("foo[90s] offset -1h @ 12.5", "foo[1m30s] @ 12.500 offset -1h")]
    [InlineData("foo[1h:] @ end()", "foo[1h:] @ end()")]
    [InlineData("foo > bool on() group_right(x) bar", "foo > bool on () group_right (x) bar")]
    [InlineData("0x1F + 017 + 1e-3", "31 + 15 + 0.001")]
    [InlineData("5m + Inf", "5m + +Inf")]
    [InlineData("'a\\tb' ", "\"a\\tb\"")]
    [InlineData("foo[min_of(step() + 1m, 5m)] offset -(1h / 2)", "foo[min_of(step() + 1m, 5m)] offset -(1h / 2)")]
    [InlineData("foo + fill_left(1) fill_right(-2) bar", "foo + fill_left (1) fill_right (-2) bar")]
    [InlineData("rate(foo[5m] smoothed)", "rate(foo[5m] smoothed)")]
    [InlineData("or or or", "or or or")]
    [InlineData("count_values(\"v\", foo)", "count_values(\"v\", foo)")]
    [InlineData("start() + end{a=\"b\"}", "start() + end{a=\"b\"}")]
    public void Print_ParsedQuery_IsPrometheusNormalForm(string query, string printed)
    {
        ParseResult result = ExprParser.Parse(query, PromQlFeatures.All);
        Assert.True(result.IsSuccess, result.Error);
        Assert.Equal(printed, result.Expr.ToString());
    }

    [Fact]
    public void PrettyPrint_LongQuery_BreaksLinesAtOperatorsAndArguments()
    {
        const string Query = "sum by (job) (rate(http_requests_total{code=~\"5..\",handler=\"/api/v1/query\"}[5m])) / "
            + "sum by (job) (rate(http_requests_total[5m]))";
        const string Pretty = """
              sum by (job) (rate(http_requests_total{code=~"5..",handler="/api/v1/query"}[5m]))
            /
              sum by (job) (rate(http_requests_total[5m]))
            """;
        Assert.Equal(Pretty, PrettyPrinter.Print(ExprParser.Parse(Query, PromQlFeatures.Stable).Expr!));
    }

    [Fact]
    public void Parse_PrintedExpression_PrintsTheSameAgain() =>
        QueryGenerator.Vector(4).Sample(query =>
        {
            ParseResult first = ExprParser.Parse(query, PromQlFeatures.All);
            Assert.True(first.IsSuccess, $"{query}: {first.Error}");
            string printed = first.Expr.ToString();
            ParseResult second = ExprParser.Parse(printed, PromQlFeatures.All);
            Assert.True(second.IsSuccess, $"{printed}: {second.Error}");
            Assert.Equal(printed, second.Expr.ToString());
            ParseResult pretty = ExprParser.Parse(PrettyPrinter.Print(first.Expr), PromQlFeatures.All);
            Assert.Equal(printed, pretty.Expr?.ToString());
        }, iter: 1000);

    [Fact]
    public void Parse_RandomBytes_NeverThrows() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            ParseResult result = ExprParser.Parse(Encoding.Latin1.GetString(bytes), PromQlFeatures.All);
            Assert.Equal(result.Expr is null, result.Error is not null);
        });

    [Fact]
    public void Parse_BrokenQuery_NeverThrows()
    {
        // Cut and splice real queries: closer to the grammar's edges than random bytes.
        Gen<string> query = QueryGenerator.Vector(3);
        Gen.Select(query, query, Gen.Double[0, 1], Gen.Double[0, 1]).Sample((a, b, cutA, cutB) =>
        {
            string spliced = a[..(int)(cutA * a.Length)] + b[(int)(cutB * b.Length)..];
            ParseResult result = ExprParser.Parse(spliced, PromQlFeatures.All);
            if (result.IsSuccess) Assert.True(ExprParser.Parse(result.Expr.ToString(), PromQlFeatures.All).IsSuccess);
        });
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("abs(", ")")]
    [InlineData("foo[", "]")]
    public void Parse_DeepNesting_IsRefusedNotOverflown(string open, string close)
    {
        string query = string.Concat(Enumerable.Repeat(open, 100_000)) + "foo"
            + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.False(ExprParser.Parse(query, PromQlFeatures.All).IsSuccess);
    }

    [Fact]
    public void Parse_LongOperatorChain_IsRefusedNotOverflown()
    {
        string query = "foo" + string.Concat(Enumerable.Repeat(" + foo", 100_000));
        Assert.Contains("levels deep", ExprParser.Parse(query, PromQlFeatures.All).Error, StringComparison.Ordinal);
    }
}
