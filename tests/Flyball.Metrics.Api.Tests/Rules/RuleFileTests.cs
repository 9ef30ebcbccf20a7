using CsCheck;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>Rule files: what is read of good ones, and where bad ones are wrong.</summary>
public sealed class RuleFileTests
{
    private const string Good = """
        # comment
        groups:
          - name: a
            interval: 30s
            query_offset: 1m
            limit: 5
            labels: { team: x, tier: group }
            rules:
              - record: job:up:sum
                expr: sum by (job) (up)
                labels: { tier: own }
              - alert: Down
                expr: |
                  up
                    == 0
                for: 5m
                keep_firing_for: 1h
                labels:
                  severity: "{{ if eq $value 0.0 }}page{{ end }}"
                annotations:
                  summary: "{{ $labels.job }} is down"
          - name: b
            rules: []
        """;

    [Fact]
    public void Parse_GoodFile_EverythingIsRead()
    {
        (IReadOnlyList<RuleGroupSpec> groups, IReadOnlyList<RuleProblem> problems) = Parse(Good);

        Assert.Empty(problems);
        RuleGroupSpec group = groups[0];
        Assert.Equal(
            (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), 5), (group.Interval, group.QueryOffset, group.Limit));
        Assert.Equal("{team=\"x\", tier=\"own\"}", group.Rules[0].PlainLabels.ToString());
        Assert.Equal("up == 0", group.Rules[1].Query);
        Assert.Equal(
            (TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)), (group.Rules[1].For, group.Rules[1].KeepFiringFor));
        Assert.Equal("{summary=\"{{ $labels.job }} is down\"}", group.Rules[1].PlainAnnotations.ToString());
        Assert.Equal(2, groups.Count);
    }

    [Fact]
    public void Parse_OnlyCommentsChange_FingerprintStays()
    {
        string before = Parse(Good).Groups[0].Fingerprint;

        Assert.Equal(before, Parse(Good.Replace("# comment", "", StringComparison.Ordinal)).Groups[0].Fingerprint);
        Assert.NotEqual(before, Parse(Good.Replace("5m", "6m", StringComparison.Ordinal)).Groups[0].Fingerprint);
    }

    [Theory]
    [InlineData("groups: [{name: a, rules: [{expr: up}]}]", "f:1:28: one of 'record' or 'alert' must be set")]
    [InlineData("groups: [{name: a, rules: [{alert: A}]}]", "f:1:28: field 'expr' must be set in rule")]
    [InlineData("groups: [{name: a, rules: [{alert: A, record: b, expr: up}]}]",
        "f:1:28: only one of 'record' and 'alert' must be set")]
    [InlineData("groups: [{name: a, rules: [{record: b, expr: up, for: 5m}]}]",
        "f:1:55: invalid field 'for' in recording rule")]
    [InlineData("groups: [{name: a, rules: [{record: 'b{}', expr: up}]}]", "f:1:37: invalid recording rule name: b{}")]
    [InlineData("groups: [{name: a, rules: [{alert: A, expr: 'up ='}]}]",
        "f:1:45: could not parse expression: 1:4: parse error: unexpected \"=\"")]
    [InlineData("groups: [{name: a, rules: [{alert: A, expr: 'up[5m]'}]}]",
        "f:1:45: the expression gives a range vector, not a vector")]
    [InlineData("groups: [{name: a, rules: [{alert: A, expr: up, for: soon}]}]",
        "f:1:54: for: not a valid duration string: \"soon\"")]
    [InlineData("groups: [{name: a, rules: [{alert: A, expr: up, labels: {__name__: x}}]}]",
        "f:1:58: invalid label name: __name__")]
    [InlineData("groups: [{name: a, rules: [{alert: A, expr: up, annotations: {x: '{{'}}]}]",
        "f:1:63: could not parse template of annotation x: unclosed action")]
    [InlineData("groups: [{name: a}, {name: a}]", "f:1:21: groupname: \"a\" is repeated in the same file")]
    [InlineData("groups: [{name: ''}]", "f:1:10: Groupname must not be empty")]
    [InlineData("groups: [{name: a, interva: 5s}]", "f:1:20: field interva not found in group")]
    [InlineData("group: []", "f:1:1: field group not found in the file")]
    [InlineData("groups: {}", "f:1:9: groups must be a list")]
    [InlineData("- a", "f:1:1: the file must be a mapping")]
    [InlineData("groups: [{name: a, limit: -1}]", "f:1:27: limit must be a whole number that is not negative")]
    public void Parse_BadFile_SaysWhere(string text, string expected) =>
        Assert.StartsWith(expected, Parse(text).Problems[0].ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("groups:")]
    [InlineData("groups: []")]
    public void Parse_NoGroups_IsNoProblem(string text) =>
        Assert.Equal((0, 0), (Parse(text).Groups.Count, Parse(text).Problems.Count));

    [Fact]
    public void Parse_DamagedFile_NeverThrows() => Check.Sample(
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Char, Gen.Int[0, 10]),
        (at, letter, cut) =>
            Parse(string.Concat(Good.AsSpan(0, at), letter.ToString(), Good.AsSpan(Math.Min(Good.Length, at + cut)))),
        iter: 3_000);

    private static (IReadOnlyList<RuleGroupSpec> Groups, IReadOnlyList<RuleProblem> Problems) Parse(string text) =>
        RuleFileParser.Parse("f", text, PromQlFeatures.Stable);
}
