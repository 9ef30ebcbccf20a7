using Flyball.Contracts.Identity;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Yaml;
using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Otlp;
using Flyball.Metrics.Pushgateway;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Scraping.Targets;
using Flyball.Metrics.Scraping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Metrics.Intake;

/// <summary>Everything that brings samples in.</summary>
internal static class IngestionDoors
{
    private static readonly string[] PushMethods = ["PUT", "POST", "DELETE"];

    public static void Add(IServiceCollection services, MetricsOptions options)
    {
        services.AddSingleton<RequestBodies>();
        services.AddSingleton<RemoteWriteApi>();
        services.AddSingleton<OtlpApi>();
        services.AddSingleton<IOtlpSink, OtlpSink>();
        services.AddSingleton<PushStore>();
        services.AddSingleton<PushApi>();
        services.AddSingleton<PushService>();
        services.AddHostedService(provider => provider.GetRequiredService<PushService>());
        services.AddSingleton(new ScrapeOptions
        {
            ConfigFile = options.ScrapeConfigFile.Length > 0 ? options.ScrapeConfigFile : null,
            ScrapesMax = options.ScrapesMax,
            WorkloadInterval = options.WorkloadScrapeInterval,
        });
        services.AddSingleton<ScrapeMetrics>();
        services.AddSingleton<TargetFetcher>();
        services.AddSingleton<ScrapeRunner>();
        services.AddSingleton<ScrapeSchedule>();
        services.AddSingleton<ScrapeEngine>();
        services.AddSingleton<ITargetView>(provider => provider.GetRequiredService<ScrapeEngine>());
        services.AddSingleton<ScrapeService>();
        services.AddHostedService(provider => provider.GetRequiredService<ScrapeService>());
    }

    /// <summary>Every problem of the scrape configuration, before anything starts.</summary>
    public static IReadOnlyList<string> Check(MetricsOptions options)
    {
        if (options.ScrapeConfigFile.Length == 0) return [];
        var problems = new YamlProblems(options.ScrapeConfigFile);
        new ScrapeConfigurationFile(options.ScrapeConfigFile).TryRead(problems);
        return problems.Items;
    }

    /// <summary>The ways in over HTTP, below a root.</summary>
    public static void Map(RouteGroupBuilder root)
    {
        IServiceProvider services = ((IEndpointRouteBuilder)root).ServiceProvider;
        Post(root, "/api/v1/write", services.GetRequiredService<RemoteWriteApi>().WriteAsync);
        Post(root, "/api/v1/otlp/v1/metrics", services.GetRequiredService<OtlpApi>().WriteAsync);
        root.MapMethods(
                "/metrics/{**group}", PushMethods,
                (RequestDelegate)services.GetRequiredService<PushApi>().HandleAsync)
            .RequireAuthorization(Policies.Write);
    }

    private static void Post(RouteGroupBuilder root, string path, Func<HttpContext, Task> handle) =>
        root.MapPost(path, (RequestDelegate)(context => handle(context))).RequireAuthorization(Policies.Write);
}
