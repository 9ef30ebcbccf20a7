using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Api;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.RemoteWrite;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Metrics;

/// <summary>The doors of the metrics module: samples in, PromQL out.</summary>
public static class MetricsDoors
{
    /// <summary>
    /// The time-series store with <see cref="ISampleSink"/>, <see cref="IMetricQuery"/> and
    /// <see cref="IMetricArchive"/>. Expects <see cref="TimeProvider"/>, <see cref="Random"/>, <see cref="IDisk"/>,
    /// <see cref="IWorkers"/> and logging.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddMetrics(this IServiceCollection services, MetricsOptions options)
    {
        ValidateOptionsResult verdict = new MetricsOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("metrics", typeof(MetricsOptions), verdict.Failures);

        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(QueryDefaults.From(options));
        services.AddSingleton<QueryEngine>();
        services.AddSingleton<StoreHost>();
        services.AddHostedService<StoreService>();
        services.AddSingleton<SampleIntake>();
        services.AddSingleton<ISampleSink, SampleSink>();
        services.AddSingleton<IMetricQuery, MetricQueries>();
        services.AddSingleton<IMetricArchive, MetricArchive>();
        services.AddSingleton<QueryGate>();
        services.AddSingleton<QueryRunner>();
        services.AddSingleton<QueryApi>();
        services.AddSingleton<RemoteWriteApi>();
        services.AddSingleton<PrometheusApi>();
        return services;
    }

    /// <summary>Prometheus' HTTP API and the ways in, on the API door.</summary>
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder api)
    {
        api.ServiceProvider.GetRequiredService<PrometheusApi>().Map(api);
        return api;
    }
}
