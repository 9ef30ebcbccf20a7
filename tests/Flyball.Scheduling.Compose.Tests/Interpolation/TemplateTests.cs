using CsCheck;
using Flyball.Scheduling.Compose.Interpolation;

namespace Flyball.Scheduling.Compose.Tests.Interpolation;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> Variables = new(
        ) { ["A"] = "a", ["E"] = "", ["D"] = "$A", ["A_1"] = "a1" };

    [Theory]
    [InlineData("plain", "plain", "")]
    [InlineData("$A", "a", "")]
    [InlineData("${A}", "a", "")]
    [InlineData("x$A-y", "xa-y", "")]
    [InlineData("$A_1", "a1", "")]
    [InlineData("$A$A", "aa", "")]
    [InlineData("$$A", "$A", "")]
    [InlineData("$$$A", "$a", "")]
    [InlineData("$D", "$A", "")]
    [InlineData("$U", "", "U")]
    [InlineData("${U}", "", "U")]
    [InlineData("${A:-x}", "a", "")]
    [InlineData("${U:-x}", "x", "")]
    [InlineData("${E:-x}", "x", "")]
    [InlineData("${E-x}", "", "")]
    [InlineData("${U-x}", "x", "")]
    [InlineData("${U-}", "", "")]
    [InlineData("${A:+x}", "x", "")]
    [InlineData("${E:+x}", "", "")]
    [InlineData("${E+x}", "x", "")]
    [InlineData("${U+x}", "", "")]
    [InlineData("${A:?m}", "a", "")]
    [InlineData("${E?m}", "", "")]
    [InlineData("${U:-${A}}", "a", "")]
    [InlineData("${U:-${V:-${A:+deep}}}", "deep", "")]
    [InlineData("${U:-$V}", "", "V")]
    [InlineData("${A:-$V}", "a", "")]
    [InlineData("${A:-${V:?never}}", "a", "")]
    [InlineData("${U:-a:b/c?d=e}", "a:b/c?d=e", "")]
    [InlineData("${U:-{\"k\":1}}", "{\"k\":1}", "")]
    [InlineData("${U:-a}b}", "ab}", "")]
    [InlineData("${U:-$$}", "$", "")]
    public void Expand_Template_GivesTextAndUnset(string template, string text, string unset)
    {
        List<string> missing = [];
        string result = Template.Expand(
            template, Variables.GetValueOrDefault, new ExpansionBudget(), missing, out string? error);

        Assert.Null(error);
        Assert.Equal(text, result);
        Assert.Equal(unset, string.Join(',', missing));
    }

    [Theory]
    [InlineData("${U:?give it}", "the variable 'U' must be set: give it")]
    [InlineData("${E:?}", "the variable 'E' must be set")]
    [InlineData("${U?$A}", "the variable 'U' must be set: a")]
    [InlineData("${A", "'${' has no closing '}'")]
    [InlineData("${A:-x", "'${' has no closing '}'")]
    [InlineData("${A:-${B}", "'${' has no closing '}'")]
    [InlineData("${}", "'${' must be followed by a variable's name")]
    [InlineData("${1}", "'${' must be followed by a variable's name")]
    [InlineData("${A!x}", "the variable 'A' is followed by '!'")]
    [InlineData("${A:}", "the variable 'A' is followed by '}'")]
    [InlineData("cost: 5$", "a '$' that starts no variable: write '$$' for a dollar sign")]
    [InlineData("$1", "a '$' that starts no variable: write '$$' for a dollar sign")]
    public void Expand_BadTemplate_GivesError(string template, string expected)
    {
        string result = Template.Expand(
            template, Variables.GetValueOrDefault, new ExpansionBudget(), [], out string? error);

        Assert.Equal(expected, error);
        Assert.Equal(template, result);
    }

    [Fact]
    public void Expand_DeepNesting_IsRefused()
    {
        string template = string.Concat(Enumerable.Repeat("${U:-", 5_000)) + new string('}', 5_000);
        _ = Template.Expand(template, Variables.GetValueOrDefault, new ExpansionBudget(), [], out string? error);

        Assert.Equal("variables nest deeper than 16 levels", error);
    }

    [Fact]
    public void Expand_VariablesThatBlowUp_IsRefused()
    {
        string big = new('x', 100_000);
        _ = Template.Expand(
            string.Concat(Enumerable.Repeat("$B", 1_000)), _ => big, new ExpansionBudget(), [], out string? error);

        Assert.StartsWith("the variables make the manifest larger than", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_TextWithDollarsDoubled_GivesTheText() =>
        Gen.String.Sample(
            text =>
                Template.Expand(
                    text.Replace("$", "$$", StringComparison.Ordinal), _ =>
                        null, new ExpansionBudget(), [], out _) == text);
}
