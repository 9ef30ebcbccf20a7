using CsCheck;
using Flyball.Metrics.PromQl.Scripts;

namespace Flyball.Metrics.Tests.PromQl;

public sealed class ScriptTests
{
    private const string Load = "load 1m\n  m{a=\"b\"} 1+1x3 _ stale {{count:2 sum:3 buckets:[2]}}\n\n";

    private static ScriptReport Run(string script) =>
        new PromQlTestRunner(TimeProvider.System).RunScript("s", script, experimental: true);

    [Theory]
    [InlineData("eval instant at 1m m\n  m{a=\"b\"} 2", null)]
    [InlineData(
        "eval instant at 1m m\n  m{a=\"b\"} 2.00001",
        "s:4: m: expected {__name__=\"m\", a=\"b\"} 2.00001, got 2")]
    [InlineData("eval instant at 1m m\n  m{a=\"c\"} 2", "s:4: m: unexpected series {__name__=\"m\", a=\"b\"} 2")]
    [InlineData("eval instant at 1m nope\n  m 2", "s:4: nope: expected {__name__=\"m\"} 2, got no such series")]
    [InlineData("eval instant at 1m 1+1\n  3", "s:4: 1+1: expected scalar 3, got 2")]
    [InlineData("eval instant at 1m m\n  expect fail", "s:4: m: expected an error, got none")]
    [InlineData(
        "eval instant at 1m rate(m[5m])\n  expect no_info\n  {a=\"b\"} 1",
        "s:4: rate(m[5m]): unexpected info: ")]
    [InlineData("eval range from 0 to 2m step 1m m\n  m{a=\"b\"} 1 2 3", null)]
    [InlineData(
        "eval range from 0 to 2m step 1m m\n  m{a=\"b\"} 1 2",
        "s:4: m: {__name__=\"m\", a=\"b\"}: unexpected sample at 120000 ms")]
    [InlineData(
        "eval instant at 6m m\n  m{a=\"b\"} {{count:2 sum:3 buckets:[1 1]}}",
        "s:4: m: expected {__name__=\"m\", a=\"b\"} {{count:2")]
    [InlineData("nonsense", "s:4: invalid command \"nonsense\"")]
    [InlineData("eval instant at 1m m\n  m{a=b} 2", "s:5: unexpected identifier \"b\"")]
    public void RunScript_Evaluation_SaysWhatDiffers(string evaluation, string? difference)
    {
        ScriptReport report = Run(Load + evaluation);

        Assert.Equal(difference is null ? 1 : 0, report.Passed);
        if (difference is not null) Assert.StartsWith(difference, Assert.Single(report.Differences));
    }

    [Fact]
    public void RunScript_BrokenBlock_DoesNotHideWhatFollows()
    {
        ScriptReport report = Run(
            Load + "eval instant at 1m m\n  m{ 2\n  m 3\n\neval instant at 1m m\n  m{a=\"b\"} 2\n");

        Assert.Equal(1, report.Passed);
        Assert.Equal(1, report.Failed);
    }

    [Fact]
    public void RunScript_RandomLines_NeverThrows()
    {
        string[] pieces =
        [
            "load 1m", "eval instant at 1m m", "m{a=\"b\"}", " 1+1x5", "{{", "}}", "buckets:[1 2", "]", "expect",
            " warn", " msg: x", "\n", "\n\n", "x", "_", "stale", "@st", " 5m", "-", "clear",
            "eval range from 0 to 1m step 1s m",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 12].Sample(picks => Run(string.Concat(picks.Select(i => pieces[i]))));
    }
}
