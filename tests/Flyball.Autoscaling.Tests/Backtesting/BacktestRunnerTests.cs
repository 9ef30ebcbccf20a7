using System.Text.Json;
using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Tests.Backtesting;

public sealed class BacktestRunnerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-backtest").FullName;

    private static BacktestOptions Short => Traces.Options(Traces.Golden("synthetic_1min.csv"), 1, 2, 60, false);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_Json_GivesOneObjectAPolicyWithTheDocumentedKeys()
    {
        var rows = Json(Short with { Policies = ["hpa-60", "clairvoyant", "default"], Json = true });
        Assert.Equal(["hpa-60", "clairvoyant", "default"], rows.Select(r => r.GetProperty("policy").GetString()!));
        Assert.All(rows, r => Assert.Equal(
            ["policy", "violationPercent", "overPercent", "replicaHours", "timesBound", "scaleUps", "scaleDowns"],
            r.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(0, rows[1].GetProperty("violationPercent").GetDouble());
    }

    [Fact]
    public void Run_Frontier_GivesEachFamilyItsHoursAtEachViolation()
    {
        var rows = Json(Short with { Frontier = true, Json = true });
        Assert.Equal(["hpa", "queue-aware", "default"], rows.Select(r => r.GetProperty("policy").GetString()!));
        Assert.All(rows, r => Assert.Equal(
            ["3", "1", "0.3", "0.1"], r.GetProperty("timesBoundAtViolation").EnumerateObject().Select(p => p.Name)));
        var ours = rows[2].GetProperty("timesBoundAtViolation");
        Assert.InRange(ours.GetProperty("3").GetDouble(), 1, ours.GetProperty("1").GetDouble());
    }

    [Fact]
    public void Run_Wanted_ReplaysToTheSameScore()
    {
        var path = Path.Combine(folder, "wanted.csv");
        var options = Short with { Policies = ["default"], WantedPath = path, Json = true };
        var hours = Json(options)[0].GetProperty("replicaHours").GetDouble();
        var wanted = File.ReadLines(path).Skip(1).Select(l => int.Parse(l.Split(',')[1])).ToArray();
        var replayed = BacktestRunner.Prepare(options).Run(new ReplayedPolicy(wanted));
        Assert.Equal(2 * 5760, wanted.Length);
        Assert.Equal(hours, replayed.ReplicaHours);
    }

    [Fact]
    public void Run_Plot_DrawsDemandCapacityAndBands()
    {
        var path = Path.Combine(folder, "run.svg");
        BacktestRunner.Run(Short with { Policies = ["default"], PlotPath = path }, TextWriter.Null);
        var svg = System.Xml.Linq.XDocument.Load(path).Root!;
        Assert.Equal(4, svg.Elements().Count(e => e.Name.LocalName == "polyline"));
        Assert.Equal(2, svg.Elements().Count(e => e.Name.LocalName == "polygon"));
        Assert.DoesNotContain("NaN", File.ReadAllText(path));
    }

    [Fact]
    public void Run_PolicyFile_IsReadAndChangesTheRisk()
    {
        var careless = Path.Combine(folder, "careless.json");
        File.WriteAllText(careless, """{ "latenessPrice": 2 }""");
        var rows = Json(Short with { Policies = [careless, "default"], Json = true });
        Assert.True(
            rows[0].GetProperty("replicaHours").GetDouble() < rows[1].GetProperty("replicaHours").GetDouble());
    }

    [Fact]
    public void Run_UnknownPolicy_SaysWhatThereIs()
    {
        var e = Assert.Throws<FormatException>(
            () => BacktestRunner.Run(Short with { Policies = ["best"] }, TextWriter.Null));
        Assert.Contains("queue-aware-25", e.Message);
    }

    private static List<JsonElement> Json(BacktestOptions options)
    {
        var output = new StringWriter();
        BacktestRunner.Run(options, output);
        return [.. JsonDocument.Parse(output.ToString()).RootElement.EnumerateArray()];
    }
}
