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
        BacktestRunner.Run(Short with { Policies = ["default"], PlotPath = path }, TextWriter.Null, TextWriter.Null);
        var svg = System.Xml.Linq.XDocument.Load(path).Root!;
        string[] lines = [.. Colors(svg, "polyline", "stroke")];
        Assert.Contains("#111111", lines);
        Assert.Contains("#2c9a4b", lines);
        Assert.Contains("#e08a1e", lines);
        Assert.Contains("#2f6fc4", lines);
        Assert.Equal(["#d6e4f7", "#a9c6ee"], Colors(svg, "polygon", "fill").TakeLast(2));
        Assert.DoesNotContain("NaN", File.ReadAllText(path));
    }

    [Fact]
    public void Run_PlotAsPng_HasTheSizeAndTheInkOfEachPart()
    {
        var path = Path.Combine(folder, "run.png");
        BacktestRunner.Run(Short with { Policies = ["default"], PlotPath = path }, TextWriter.Null, TextWriter.Null);
        var (width, height, pixels) = PngReading.Read(path);
        Assert.Equal((1700, 600), (width, height));
        Assert.All<(byte, byte, byte)>(
            [(0x11, 0x11, 0x11), (0x2c, 0x9a, 0x4b), (0xe0, 0x8a, 0x1e), (0xa9, 0xc6, 0xee), (0xd6, 0xe4, 0xf7)],
            color => Assert.True(PngReading.Count(pixels, color) > 50, $"too little of {color}"));
    }

    [Fact]
    public void Run_Table_HasTheYardsticksBesideThePolicy()
    {
        var output = new StringWriter();
        BacktestRunner.Run(Short with { Policies = ["queue-aware-25"] }, output, TextWriter.Null);
        var lines = output.ToString().Split('\n');
        var beside = Array.IndexOf(lines, "beside them");
        Assert.StartsWith("queue-aware-25 ", lines[beside - 1]);
        Assert.StartsWith("hpa-50 ", lines[beside + 1]);
        Assert.StartsWith("clairvoyant ", lines[beside + 5]);
    }

    [Fact]
    public void Run_UnknownPolicy_SaysWhatThereIs()
    {
        var e = Assert.Throws<FormatException>(
            () => new PolicyCatalog(BacktestRunner.Prepare(Short)).Create("best"));
        Assert.Contains("queue-aware-25", e.Message);
    }

    private static IEnumerable<string> Colors(System.Xml.Linq.XElement svg, string element, string attribute) =>
        svg.Elements().Where(e => e.Name.LocalName == element).Select(e => (string)e.Attribute(attribute)!);

    private static List<JsonElement> Json(BacktestOptions options)
    {
        var output = new StringWriter();
        BacktestRunner.Run(options, output, TextWriter.Null);
        return [.. JsonDocument.Parse(output.ToString()).RootElement.EnumerateArray()];
    }
}
