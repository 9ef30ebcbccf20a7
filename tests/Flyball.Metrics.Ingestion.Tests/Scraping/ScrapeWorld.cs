using Flyball.Contracts.Yaml;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Scraping.Targets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>One target and everything between it and the store.</summary>
internal sealed class ScrapeWorld : IAsyncDisposable
{
    private readonly ScrapeMetrics _metrics = new();

    private ScrapeWorld(StoreWorld store, string yaml, ScrapeOptions options)
    {
        Store = store;
        Job = Read(yaml);
        Runner = new ScrapeRunner(
            new TargetFetcher(options, store.Clock), store.Intake, _metrics, store.Clock, new Random(1),
            NullLogger<ScrapeRunner>.Instance);
        Schedule = new ScrapeSchedule(
            options, Runner, _metrics, store.Clock, NullLogger<ScrapeSchedule>.Instance);
        Target = NewTarget(Labels.Of(("__address__", "node:9100")));
    }

    public StoreWorld Store { get; }

    public FakeTarget Fake { get; } = new();

    public ScrapeJob Job { get; }

    public ScrapeRunner Runner { get; }

    public ScrapeSchedule Schedule { get; }

    public ScrapeTarget Target { get; }

    public static async Task<ScrapeWorld> OpenAsync(string more = "", ScrapeOptions? options = null) =>
        new(await StoreWorld.OpenAsync(), "job_name: j\nscrape_interval: 15s\n" + more, options ?? new ScrapeOptions());

    public static ScrapeJob Read(string yaml)
    {
        var problems = new YamlProblems("test.yml");
        YamlNode node = YamlTree.TryRead(yaml, problems)!;
        ScrapeJob? job = ScrapeJobReader.TryRead(node, new GlobalSettings(), "/", problems);
        Assert.False(problems.Any, problems.ToString());
        return job!;
    }

    public ScrapeTarget NewTarget(Labels labels)
    {
        Labels discovered = TargetBuilder.Discovered(Job, Labels.Empty, labels);
        TargetSpec spec = TargetBuilder.TryBuild(Job, discovered, out string? problem)!;
        Assert.Null(problem);
        return new ScrapeTarget(spec, new HttpMessageInvoker(Fake));
    }

    /// <summary>One scrape, and then the clock moves by the interval.</summary>
    public async Task<ScrapeResult> ScrapeAsync(string body)
    {
        Fake.Body = body;
        await Runner.ScrapeAsync(Target, Store.NowMs, CancellationToken.None);
        Store.Clock.Advance(TimeSpan.FromSeconds(15));
        return Target.Last!;
    }

    /// <summary>The samples of the target itself, without those about the scrape.</summary>
    public string Dump() => Store.Dump(labels => !labels.Contains("\"scrape_") && !labels.Contains("\"up\""));

    public async ValueTask DisposeAsync()
    {
        await Schedule.DisposeAsync();
        _metrics.Dispose();
        await Store.DisposeAsync();
    }
}
