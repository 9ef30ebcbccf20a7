using System.CommandLine;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>The real promtool against Flyball's API, and its judgement of rule files beside ours.</summary>
[Collection("console")]
public sealed class PromtoolTests
{
    private static readonly string Promtool = PeerProcess.Unpacked("promtool", "promtool");

    public static TheoryData<string> RuleTexts() =>
    [
        "groups: []",
        "groups: [{name: a, rules: [{record: 'a:b', expr: sum(up), labels: {x: y}}]}]",
        "groups: [{name: a, limit: 3, interval: 1m30s, query_offset: 1m, labels: {l: v}, "
            + "rules: [{alert: A, expr: up == 0, for: 5m, keep_firing_for: 1m, "
            + "annotations: {s: '{{ $value | humanize }}'}}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: 'up ='}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: up, for: soon}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: up, labels: {__name__: x}}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: up, annotations: {x: '{{ $value | nothing }}'}}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: up, annotations: {x: '{{ if }}'}}]}]",
        "groups: [{name: a, rules: [{alert: A, expr: up, annotations: "
            + "{x: '{{ with query \"up\" }}{{ . | first | value "
            + "| humanizePercentage }}{{ end }}'}}]}]",
        "groups: [{name: a, rules: [{expr: up}]}]",
        "groups: [{name: a, rules: [{alert: A}]}]",
        "groups: [{name: a, rules: [{alert: A, record: b, expr: up}]}]",
        "groups: [{name: a, rules: [{record: b, expr: up, for: 5m}]}]",
        "groups: [{name: a, rules: [{record: b, expr: up, annotations: {a: b}}]}]",
        "groups: [{name: a, rules: [{record: 'b{}', expr: up}]}]",
        "groups: [{name: a}, {name: a}]",
        "groups: [{name: ''}]",
        "groups: [{name: a, interva: 5s}]",
        "group: []",
        "groups: {}",
        "groups: [",
    ];

    [Theory]
    [MemberData(nameof(RuleTexts))]
    public async Task CheckRules_AnyFile_BothSayTheSame(string text)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            (int code, string output) = await PeerProcess.RunAsync(Promtool, "check", "rules", "--lint=none", file);
            IReadOnlyList<RuleProblem> problems = RuleFiles.Read(file, PromQlFeatures.Stable).Problems;

            Assert.True(code == 0 == (problems.Count == 0), $"{output}\n{string.Join('\n', problems)}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Query_AgainstFlyball_IsAnswered()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AppendAsync(batch =>
        {
            batch.BeginSeries(Labels.Of(("__name__", "up"), ("job", "a")));
            batch.Add(60_000, 1);
            batch.Add(120_000, 0.5);
        });
        string address = server.Http.BaseAddress!.ToString().TrimEnd('/');

        (int code, string instant) =
            await PeerProcess.RunAsync(Promtool, "query", "instant", "--time=60", address, "up");
        Assert.True(code == 0, instant);
        Assert.StartsWith("up{job=\"a\"} => 1 @[60]", instant, StringComparison.Ordinal);
        (code, string range) = await PeerProcess.RunAsync(
            Promtool, "query", "range", "--start=60", "--end=120", "--step=60s", address, "up");
        Assert.True(code == 0, range);
        Assert.Equal("up{job=\"a\"} =>\n1 @[60]\n0.5 @[120]\n", range);
        (code, string series) = await PeerProcess.RunAsync(
            Promtool, "query", "series", "--start=0", "--end=1000", "--match=up", address);
        Assert.True(code == 0, series);
        Assert.Equal("{__name__=\"up\", job=\"a\"}\n", series);
        (code, string labels) = await PeerProcess.RunAsync(
            Promtool, "query", "labels", "--start=0", "--end=1000", address, "job");
        Assert.True(code == 0, labels);
        Assert.Equal("a\n", labels);
        (code, string healthy) = await PeerProcess.RunAsync(Promtool, "check", "ready", "--url=" + address);
        Assert.True(code == 0, healthy);
    }

    [Fact]
    public void CheckRules_Command_TellsProblemsByExitCode()
    {
        var commands = new List<Command>();
        commands.AddMetricsCommands();
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "groups: [{name: ''}]");
        Command promql = commands.Single(command => command.Name == "promql");

        Assert.Equal(1, promql.Parse(["check", "rules", file]).Invoke());
        File.WriteAllText(file, "groups: [{name: a, rules: [{record: b, expr: up}]}]");
        Assert.Equal(0, promql.Parse(["check", "rules", file]).Invoke());
        File.Delete(file);
        Assert.Equal(2, promql.Parse(["check", "rules", file]).Invoke());
    }
}
