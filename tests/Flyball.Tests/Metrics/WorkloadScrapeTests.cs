using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>A service that asks to be scraped by its labels, on the real executable.</summary>
public sealed class WorkloadScrapeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Service_WithScrapeLabels_IsATargetForAsLongAsItRunsAndItsSeriesAnswer()
    {
        await using Platform platform = await Platform.StartAsync(
            extraArguments: ["--metrics-workload-interval", "1s"]);
        string folder = Directory.CreateDirectory(Path.Combine(platform.Directory, "www")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "ok");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "numbers.txt"), "# TYPE orders_total counter\norders_total{kind=\"tea\"} 21\n");
        const string Labels = """{ prometheus.io/scrape: "true", prometheus.io/path: /numbers.txt }""";
        await platform.ApplyAsync(ComposeText.Quick(folder, 2, Labels));
        Instance[] instances = await platform.WaitForAsync("t.web", 2);

        await Eventually.TrueAsync(
            async () => await TargetsAsync(platform) is { Length: 2 } targets
                && targets.All(target => target.GetProperty("health").GetString() == "up"),
            Patience, () => platform.Server!.Output);
        JsonElement labels = (await TargetsAsync(platform))[0].GetProperty("labels");
        Assert.Equal("t/web", labels.GetProperty("job").GetString());
        Assert.Equal("t.web", labels.GetProperty("workload").GetString());
        Assert.Contains(labels.GetProperty("allocation").GetString(), instances.Select(instance => instance.Id));
        await Eventually.TrueAsync(
            async () => await AskAsync(platform, "sum by (workload, kind) (orders_total)") ==
                """{"metric":{"kind":"tea","workload":"t.web"},"value":"42"}""",
            Patience, () => platform.Server!.Output);

        Assert.Equal(0, (await platform.CliAsync("scale", "t.web=1", "--wait")).ExitCode);
        await Eventually.TrueAsync(
            async () => (await TargetsAsync(platform)).Length == 1, Patience, () => platform.Server!.Output);
        // What is gone ends at once, not when the lookback is over.
        await Eventually.TrueAsync(
            async () => await AskAsync(platform, "sum by (workload, kind) (orders_total)") ==
                """{"metric":{"kind":"tea","workload":"t.web"},"value":"21"}""",
            Patience, () => platform.Server!.Output);
    }

    private static async Task<JsonElement[]> TargetsAsync(Platform platform)
    {
        using JsonDocument answer = JsonDocument.Parse(
            await platform.Api.GetStringAsync(platform.Metrics("targets?state=active")));
        return [.. answer.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
            .Select(target => target.Clone())];
    }

    /// <summary>The one series of the answer, without its time; empty when there is none.</summary>
    private static async Task<string> AskAsync(Platform platform, string query)
    {
        using JsonDocument answer = JsonDocument.Parse(
            await platform.Api.GetStringAsync(platform.Metrics("query?query=" + Uri.EscapeDataString(query))));
        JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
        if (result.GetArrayLength() == 0) return "";
        string value = result[0].GetProperty("value")[1].GetRawText();
        return $$"""{"metric":{{result[0].GetProperty("metric").GetRawText()}},"value":{{value}}}""";
    }
}
