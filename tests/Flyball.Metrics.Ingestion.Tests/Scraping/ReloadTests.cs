using System.Net;
using System.Text.Json;
using Flyball.Metrics.Api.Tests;
using Flyball.Metrics.Scraping;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>The scrape configuration is read again.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Reload_ChangedAndBrokenFile_TargetsFollowTheLastGoodOne()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Job("first", "a:1"));
        await using ApiServer server = await ApiServer.StartAsync(options => options with { ScrapeConfigFile = file });
        ScrapeService scraping = server.Services.GetRequiredService<ScrapeService>();
        await scraping.ReloadAsync(CancellationToken.None);
        await UntilAsync(server, "first http://a:1/metrics");

        await File.WriteAllTextAsync(file, Job("first", "a:1") + Job("second", "b:2", isMore: true));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PostAsync("/-/reload", null)).StatusCode);
        await UntilAsync(server, "first http://a:1/metrics, second http://b:2/metrics");
        await File.WriteAllTextAsync(file, "scrape_configs: [ { job_nam: x } ]");
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Http.PostAsync("/-/reload", null)).StatusCode);
        await UntilAsync(server, "first http://a:1/metrics, second http://b:2/metrics");
        await File.WriteAllTextAsync(file, Job("second", "c:3"));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PostAsync("/-/reload", null)).StatusCode);
        await UntilAsync(server, "second http://c:3/metrics");
        File.Delete(file);
    }

    [Fact]
    public async Task Reload_AfterTheHostHasGivenUp_OpensNothing()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Job("first", "a:1"));
        await using ApiServer server = await ApiServer.StartAsync(options => options with { ScrapeConfigFile = file });
        ScrapeService scraping = server.Services.GetRequiredService<ScrapeService>();
        ScrapeEngine engine = server.Services.GetRequiredService<ScrapeEngine>();

        // A host that cannot start disposes its services while they still work on their first steps.
        scraping.Dispose();
        await engine.DisposeAsync();
        await File.WriteAllTextAsync(file, Job("second", "b:2"));
        Assert.Equal("", await scraping.ReloadAsync(CancellationToken.None));

        Assert.DoesNotContain("second", engine.Pools);
        File.Delete(file);
    }

    private static string Job(string name, string target, bool isMore = false) =>
        (isMore ? "" : "scrape_configs:\n")
        + $"  - {{ job_name: {name}, static_configs: [ {{ targets: ['{target}'] }} ] }}\n";

    private static async Task UntilAsync(ApiServer server, string expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string found = "";
        while (found != expected)
        {
            if (patience.IsCancellationRequested) Assert.Equal(expected, found);
            await Task.Delay(5);
            using JsonDocument answer = JsonDocument.Parse(
                await server.Http.GetStringAsync(new Uri("/api/v1/targets", UriKind.Relative)));
            found = string.Join(", ", answer.RootElement.GetProperty("data").GetProperty("activeTargets")
                .EnumerateArray().Select(target =>
                    $"{target.GetProperty("scrapePool").GetString()} {target.GetProperty("scrapeUrl").GetString()}"));
        }
    }
}
