using System.Text.Json;
using Flyball.Metrics.Api.Tests.Peers;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Commands;

/// <summary><c>flyball backtest</c> as users run it.</summary>
public sealed class BacktestTests : IDisposable
{
    private static readonly string Goldens = Path.Combine(
        Executables.Root, "tests/Flyball.Autoscaling.Tests/Backtesting/Goldens");

    private static readonly string[] Names =
    [
        "hpa-50", "hpa-60", "hpa-70", "hpa-80", "queue-aware-0", "queue-aware-10", "queue-aware-25", "queue-aware-50",
        "clairvoyant",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("flyball-backtest").FullName;

    private static string[] Series => ["--series", Path.Combine(Goldens, "synthetic_1min.csv")];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>What protocol.py printed for this series stands in the golden, in the order of the names.</summary>
    [Fact]
    public async Task Json_BuiltInPolicies_AreTheProtocolsRowsToTheLastDigit()
    {
        string script = await File.ReadAllTextAsync(Path.Combine(Goldens, "synthetic.txt"));
        string[] golden = script.Split("\n\n")[0].Split('\n')[3..12];
        (int code, string output) = await RunAsync(
            [.. Series, "--warmup", "1d", "--days", "4d", "--startup", "60s", "--tick", "15s", "--mean-replicas", "10",
                "-o", "json", .. Names.SelectMany(name => new[] { "--policy", name })]);
        Assert.True(code == 0, output);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] rows = [.. json.RootElement.EnumerateArray()];
        Assert.Equal(Names, rows.Select(row => row.GetProperty("policy").GetString()!));
        Assert.Equal(golden.Select(line => line[28..]), rows.Select(Printed));
    }

    [Fact]
    public async Task Table_PolicyOfTheManifest_HasItsRowAndTheYardsticks()
    {
        string policy = Path.Combine(folder, "web.yaml");
        await File.WriteAllTextAsync(
            policy,
            "x-scale: { min: 1, max: 50, target: { requests_per_second: 50 }, rules: [ memory > 80% ], "
            + "predict: true }");
        string plot = Path.Combine(folder, "run.png"), wanted = Path.Combine(folder, "wanted.csv");
        (int code, string output) = await RunAsync(
            [.. Series, "--policy", policy, "--startup", "60s", "--plot", plot, "--wanted", wanted]);
        Assert.True(code == 0, output);
        Assert.Contains("left out, because the simulated cluster knows no such signal: rule memory > 80 %", output);
        Assert.Matches($@"(?m)^{policy} +\d+\.\d+ ", output);
        Assert.Matches(@"(?m)^clairvoyant +0\.000 ", output);
        Assert.True(new FileInfo(plot).Length > 1_000);
        Assert.Equal("tick,replicas", File.ReadLines(wanted).First());
    }

    [Theory]
    [InlineData("x-scale: { min: 1, max: 5, traget: { cpu: 60% } }", "traget")]
    [InlineData("x-scale: { min: 1, max: 5, target: { cpu: 600% } }", "cpu")]
    [InlineData("- 1", "web.yaml:1:1")]
    public async Task Policy_WithAMistake_IsRefusedWithItsPlace(string text, string named)
    {
        string policy = Path.Combine(folder, "web.yaml");
        await File.WriteAllTextAsync(policy, text);
        (int code, string output) = await RunAsync([.. Series, "--policy", policy]);
        Assert.Equal(1, code);
        Assert.Contains(named, output);
        Assert.Contains("web.yaml:1:", output);
    }

    [Fact]
    public async Task PromQl_OfALivingServer_IsReplayedAsTheSameSeriesInAFile()
    {
        await using Platform platform = await Platform.StartAsync();
        long lastMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        (long AtMs, double Value)[] samples = [.. Enumerable.Range(0, 50)
            .Select(i => (lastMs - (49 - i) * 60_000L, Math.Round(100 + 60 * Math.Sin(i / 6.0))))];
        await new RemoteWriteMessage().Add([("__name__", "orders")], samples).SendAsync(platform.Api);
        await new RemoteWriteMessage().Add([("__name__", "orders"), ("shop", "b")], samples[..1])
            .SendAsync(platform.Api);
        string file = Path.Combine(folder, "orders.csv");
        await File.WriteAllLinesAsync(
            file, ["timestamp,value", .. samples.Select(one => $"{one.AtMs / 1000},{one.Value}")]);

        string[] policy = ["--policy", "hpa-60", "--policy", "default", "--startup", "60s", "-o", "json"];
        // A minute may pass between the writing and the asking, and then the series ends by a repeated value.
        (int code, string asked) = await platform.CliAsync(
            ["backtest", "--promql", "orders{shop=\"\"}", "--range", "50m", .. policy]);
        Assert.True(code == 0, asked);
        using JsonDocument json = JsonDocument.Parse(asked);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        (code, string read) = await RunAsync(["--series", file, .. policy]);
        Assert.True(code == 0, read);
        double hours = Hours(asked), expected = Hours(read);
        Assert.InRange(hours, 0.95 * expected, 1.05 * expected);

        (code, string output) = await platform.CliAsync("backtest", "--promql", "sum(", "--range", "1h");
        Assert.Equal(1, code);
        Assert.Contains("parse error", output);
        (code, output) = await platform.CliAsync("backtest", "--promql", "{__name__=\"orders\"}", "--range", "50m");
        Assert.Equal(1, code);
        Assert.Contains("gives 2 series where one is needed", output);
        (code, output) = await platform.CliAsync("backtest", "--promql", "nothing", "--range", "1h");
        Assert.Equal(1, code);
        Assert.Contains("has no value in that time", output);
    }

    private static double Hours(string output)
    {
        using JsonDocument json = JsonDocument.Parse(output);
        return json.RootElement[1].GetProperty("replicaHours").GetDouble();
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments)
    {
        await using Running command = Running.Start(Executables.Flyball, ["backtest", .. arguments]);
        await command.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        command.Process.WaitForExit();
        return (command.Process.ExitCode, command.Output);
    }

    private static string Printed(JsonElement row)
    {
        double Number(string name) => row.GetProperty(name).GetDouble();
        return FormattableString.Invariant(
            $" {Number("violationPercent"),8:F3} {Number("overPercent"),7:F3} {Number("replicaHours"),8:F0} ")
            + FormattableString.Invariant(
                $"{Number("timesBound"),8:F3} {Number("scaleUps"),6} {Number("scaleDowns"),6}");
    }
}
