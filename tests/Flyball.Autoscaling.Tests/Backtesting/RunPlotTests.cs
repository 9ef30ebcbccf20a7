using System.Globalization;
using System.Xml.Linq;
using Flyball.Autoscaling.Backtesting.Plotting;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Tests.Policies;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>What long runs look like, in which a column stands for many ticks.</summary>
public sealed class RunPlotTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-plot").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Save_ReplicasOfOneTickAmongMany_AreDrawn()
    {
        var svg = Draw(spike: 30);
        // The picture ends a twentieth above the largest.
        foreach (var color in (string[])["#e08a1e", "#2c9a4b"])
        {
            var line = svg.Elements().Single(e => (string?)e.Attribute("stroke") == color);
            Assert.Equal(50 + 500 * (1 - 1 / 1.05), Ys(line).Min(), 0.1);
        }
    }

    [Fact]
    public void Save_MarksOfTheHeight_AreRound()
    {
        var marks = Draw(spike: 30).Elements()
            .Where(e => e.Name.LocalName == "text" && (string?)e.Attribute("x") == "8.0").Select(e => e.Value);
        Assert.Equal(["0", "10", "20", "30"], marks);
    }

    [Fact]
    public void Save_DemandOfManyTicksAColumn_LiesBehindTheBands()
    {
        string[] fills =
        [
            .. Draw(spike: 30).Elements().Where(e => e.Name.LocalName == "polygon")
                .Select(e => (string)e.Attribute("fill")!),
        ];
        Assert.Equal(["#b8b8b8", "#d6e4f7", "#a9c6ee"], fills[^3..]);
    }

    private XElement Draw(int spike)
    {
        var simulation = PredictivePolicyTests.Simulate(SyntheticLoad.Create("ramps", 6), TimeSpan.FromSeconds(60));
        var replicas = new int[simulation.Load.Load.Length];
        Array.Fill(replicas, 12);
        replicas[20_005] = spike;
        var band = new ForecastBand(4, 8, 10, 12, 13);
        var path = Path.Combine(folder, "run.svg");
        new RunPlot(simulation, replicas, replicas, [.. Enumerable.Range(0, replicas.Length / 20)
            .Select(i => new PlottedBand(20 * i, band))]).Save(path, "run");
        return XDocument.Load(path).Root!;
    }

    private static IEnumerable<double> Ys(XElement line) => ((string)line.Attribute("points")!)
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(point => double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture));
}
