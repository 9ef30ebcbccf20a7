using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Commands;

/// <summary><c>flyball load</c> as users run it, through the gateway to a service.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Load_ThroughTheGateway_AnswersAllThatWereDue()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web());
        string course = Path.Combine(platform.Directory, "course.csv");
        string url = $"http://127.0.0.1:{platform.GatewayPort}/products";
        (int code, string output) = await platform.CliAsync(
            "load", url, "-H", $"Host: {ComposeText.Host}", "--rate", "100/s", "--over", "3s", "--arrivals", "uniform",
            "--slo", "5s", "--out", course, "-o", "json");
        Assert.True(code == 0, output);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement report = json.RootElement;
        Assert.Equal(300, report.GetProperty("due").GetInt64());
        Assert.Equal(300, report.GetProperty("statuses").GetProperty("200").GetInt64());
        Assert.Equal(0, report.GetProperty("failed").GetInt64());
        string[] lines = await File.ReadAllLinesAsync(course);
        Assert.Equal("seconds,due,answered,failed,slow,waiting,in_flight,p50_ms,p95_ms,p99_ms,max_ms", lines[0]);
        Assert.Equal(300, lines[1..].Sum(line => long.Parse(line.Split(',')[2])));

        // Answers, but none that is good.
        (code, output) = await platform.CliAsync("load", url, "--rate", "20/s", "--over", "1s");
        Assert.True(code == 1, output);
        Assert.Matches(@"(?m)^answered +\d+   404: \d+", output);
        Assert.Matches(@"(?m)^failed +\d+   status 400 and above: \d+", output);
    }

    [Theory]
    [InlineData(2, "one of --rate", "http://127.0.0.1:9/")]
    [InlineData(2, "'https' is not supported", "https://127.0.0.1:9/", "--rate", "1")]
    [InlineData(2, "--rate: 'x' is not a rate", "http://127.0.0.1:9/", "--rate", "x")]
    [InlineData(1, "no.csv does not exist", "http://127.0.0.1:9/", "--shape", "no.csv", "--peak", "5")]
    [InlineData(1, "--header: 'x' is not of the form", "http://127.0.0.1:9/", "--rate", "1", "-H", "x")]
    [InlineData(1, "Connection refused", "http://127.0.0.1:9/", "--rate", "5", "--over", "1s")]
    public async Task Load_WhatCannotBe_SaysWhy(int expected, string said, params string[] arguments)
    {
        await using Running command = Running.Start(Executables.Flyball, ["load", .. arguments]);
        await command.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        command.Process.WaitForExit();
        Assert.Contains(said, command.Output);
        Assert.Equal(expected, command.Process.ExitCode);
    }
}
