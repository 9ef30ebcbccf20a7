using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Patterns;
using Flyball.Metrics.Relabelling;

namespace Flyball.Metrics.Ingestion.Tests.Relabelling;

public sealed class RelabelRuleTests
{
    private static readonly Labels Start =
        Labels.Of(("a", "foo"), ("b", "bar"), ("c", "baz"), ("__meta_x", "y"), ("d", "Foo-Bär"));

    [Fact]
    public void Replace_MatchingSource_SetsTheTarget()
    {
        Assert.Equal("foobar", Apply(Rule(["a", "b"], "(f.*);(.*)", "t", "$1$2")).Get("t"));
        Assert.Equal("", Apply(Rule(["a"], "f", "t", "x")).Get("t"));
        Assert.Equal("foo", Apply(new RelabelRule { SourceLabels = ["a"], TargetLabel = "t" }).Get("t"));
        Assert.Equal("v", Apply(Rule(["a"], "(.*)", "${1}_x", "v")).Get("foo_x"));
        Assert.Equal("oo", Apply(Rule(["a"], "f(?P<rest>.*)", "t", "${rest}")).Get("t"));
        Assert.Equal("static", Apply(Rule([], "(.*)", "t", "static")).Get("t"));
    }

    [Fact]
    public void Replace_EmptyResult_RemovesTheTarget() =>
        Assert.False(Apply(Rule(["missing"], "(.*)", "a", "$1")).Has("a"));

    [Fact]
    public void Replace_NoMatch_LeavesTheTarget() =>
        Assert.Equal("foo", Apply(Rule(["b"], "x.*", "a", "")).Get("a"));

    [Theory]
    [InlineData("keep", "a", "fo+", true), InlineData("keep", "a", "f", false)]
    [InlineData("drop", "a", "fo+", false), InlineData("drop", "a", "f", true)]
    [InlineData("keep", "missing", "", true)]
    public void KeepAndDrop_MatchTheWholeSource(string action, string source, string pattern, bool isKept) =>
        Assert.Equal(isKept, Rule([source], pattern, "", "$1", Action(action)).Apply(new LabelsBuilder(Start)));

    [Theory]
    [InlineData("keepequal", "a", true), InlineData("keepequal", "b", false)]
    [InlineData("dropequal", "a", false), InlineData("dropequal", "b", true)]
    public void EqualActions_CompareWithTheTarget(string action, string target, bool isKept) =>
        Assert.Equal(
            isKept,
            new RelabelRule { Action = Action(action), SourceLabels = ["a"], TargetLabel = target }
                .Apply(new LabelsBuilder(Start)));

    [Fact]
    public void HashMod_IsPrometheusOwn()
    {
        // The values of Prometheus' own unit tests for foo and foo\nbar with a modulus of 1000.
        var rule = new RelabelRule
        {
            Action = RelabelAction.HashMod, SourceLabels = ["c"], TargetLabel = "d", Separator = ";", Modulus = 1000,
        };
        Assert.Equal("976", Apply(rule).Get("d"));
        Assert.Equal(
            "734", Apply(rule with { SourceLabels = ["x"] }, Labels.Of(("a", "foo"), ("x", "foo\nbar"))).Get("d"));
    }

    [Fact]
    public void NameActions_ChangeNames()
    {
        Assert.Equal("y", Apply(Rule([], "__meta_(.*)", "", "meta_$1", RelabelAction.LabelMap)).Get("meta_x"));
        Assert.Equal(
            Labels.Of(("c", "baz"), ("d", "Foo-Bär"), ("__meta_x", "y")),
            Apply(Rule([], "a|b", "", "$1", RelabelAction.LabelDrop)));
        Assert.Equal(
            Labels.Of(("a", "foo"), ("b", "bar")), Apply(Rule([], "a|b", "", "$1", RelabelAction.LabelKeep)));
    }

    [Fact]
    public void CaseActions_ChangeCase()
    {
        var rule = new RelabelRule { Action = RelabelAction.Lowercase, SourceLabels = ["d"], TargetLabel = "t" };
        Assert.Equal("foo-bär", Apply(rule).Get("t"));
        Assert.Equal("FOO-BÄR", Apply(rule with { Action = RelabelAction.Uppercase }).Get("t"));
    }

    [Fact]
    public void ApplyAll_StopsWhereOneDrops()
    {
        RelabelRule[] rules = [Rule(["a"], "(.*)", "t", "$1"), Rule(["t"], "foo", "", "$1", RelabelAction.Drop)];
        Assert.False(RelabelRule.ApplyAll(rules, new LabelsBuilder(Start)));
        Assert.True(RelabelRule.ApplyAll(rules, new LabelsBuilder(Labels.Of(("a", "x")))));
    }

    [Fact]
    public void Check_EachActionsNeeds_AreNamed()
    {
        Assert.Contains("target_label", RelabelRules.Check(new RelabelRule()));
        Assert.Contains("modulus", RelabelRules.Check(
            new RelabelRule { Action = RelabelAction.HashMod, TargetLabel = "a" }));
        Assert.Contains("only regex", RelabelRules.Check(
            new RelabelRule { Action = RelabelAction.LabelDrop, SourceLabels = ["a"] }));
        Assert.Contains("only source_labels", RelabelRules.Check(
            Rule(["a"], "x", "b", "$1", RelabelAction.KeepEqual)));
        Assert.Null(RelabelRules.Check(Rule(["a"], "x", "b", "$1")));
        Assert.Equal(RelabelAction.LabelMap, RelabelRules.TryParseAction("LabelMap"));
        Assert.Null(RelabelRules.TryParseAction("shout"));
    }

    [Fact]
    public void Apply_AnyRuleOnAnyLabels_KeepsThemSortedAndWhole() =>
        Gen.Select(
            Gen.Int[0, 10], Pick("(.*)", "a|b", "x(.+)", ".*", "", "(a)(b)?"),
            Pick("", "a", "t", "${1}", "$1x$2"), Pick("$1", "", "v", "$", "$$", "${"))
            .Sample(
                (action, pattern, target, replacement) =>
                {
                    var labels = new LabelsBuilder(Start);
                    RelabelRule rule = Rule(["a", "b"], pattern, target, replacement, (RelabelAction)action);
                    if (RelabelRules.Check(rule with { Modulus = 7 }) is not null) return;
                    _ = (rule with { Modulus = 7 }).Apply(labels);
                    Labels result = labels.ToLabels();
                    Assert.Equal(result, Labels.From(result.Items.ToArray()));
                },
                iter: 3000, threads: 1);

    private static RelabelAction Action(string name) => RelabelRules.TryParseAction(name)!.Value;

    private static Gen<string> Pick(params string[] choices) =>
        Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static Labels Apply(RelabelRule rule, Labels? start = null)
    {
        var labels = new LabelsBuilder(start ?? Start);
        Assert.True(rule.Apply(labels));
        return labels.ToLabels();
    }

    private static RelabelRule Rule(
        string[] sources, string pattern, string target, string replacement,
        RelabelAction action = RelabelAction.Replace) => new()
        {
            Action = action,
            SourceLabels = sources,
            Pattern = ValuePattern.TryCreate(pattern, out _)!,
            TargetLabel = target,
            Replacement = replacement,
        };
}
