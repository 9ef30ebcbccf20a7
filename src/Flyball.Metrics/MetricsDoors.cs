using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Api;
using Flyball.Metrics.Api.Administration;
using Flyball.Metrics.Api.Alerting;
using Flyball.Metrics.Api.Expressions;
using Flyball.Metrics.Api.Federation;
using Flyball.Metrics.Api.Listings;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Status;
using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Intake;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.RemoteRead;
using Flyball.Metrics.Rules;
using Flyball.Metrics.Rules.Evaluating;
using Flyball.Metrics.Rules.Notifying;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Metrics;

/// <summary>The doors of the metrics module: samples in, PromQL out.</summary>
public static class MetricsDoors
{
    /// <summary>Rule groups evaluated at one time; further ones wait for their turn.</summary>
    private const int GroupsAtOnceMax = 4;

    /// <summary>
    /// The time-series store with <see cref="ISampleSink"/>, <see cref="IOtlpSink"/>, <see cref="IMetricQuery"/>,
    /// <see cref="IMetricGrammar"/> and <see cref="IMetricArchive"/>. Expects <see cref="TimeProvider"/>,
    /// <see cref="Random"/>, <see cref="IDisk"/>, <see cref="IWorkers"/> and logging.
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
        services.AddSingleton<IMetricGrammar, MetricGrammar>();
        services.AddSingleton<IMetricArchive, MetricArchive>();
        IngestionDoors.Add(services, options);
        AddRules(services);
        AddApi(services);
        return services;
    }

    /// <summary>Prometheus' HTTP API and the ways in, on the API door.</summary>
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder api)
    {
        PrometheusApi.Map(api);
        return api;
    }

    private static void AddRules(IServiceCollection services)
    {
        services.AddSingleton<RuleMetrics>();
        services.AddSingleton<RuleWriter>();
        services.AddSingleton<AlertmanagerClient>();
        services.AddSingleton<AlertNotifier>();
        services.AddSingleton<RuleEvaluator>();
        services.AddSingleton(provider => new GroupParts(
            provider.GetRequiredService<MetricsOptions>(),
            provider.GetRequiredService<RuleEvaluator>(),
            provider.GetRequiredService<RuleMetrics>(),
            new SemaphoreSlim(GroupsAtOnceMax),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RuleEngine>();
        services.AddHostedService<RuleService>();
        services.AddSingleton<RulesApi>();
    }

    private static void AddApi(IServiceCollection services)
    {
        services.AddSingleton<QueryGate>();
        services.AddSingleton<QueryRunner>();
        services.AddSingleton<QueryApi>();
        services.AddSingleton<ExemplarsApi>();
        services.AddSingleton<ExpressionApi>();
        services.AddSingleton<SeriesApi>();
        services.AddSingleton<LabelsApi>();
        services.AddSingleton<MetadataApi>();
        services.AddSingleton<TargetsApi>();
        services.AddSingleton<ConfigText>();
        services.AddSingleton<ReloadApi>();
        services.AddSingleton<StatusApi>();
        services.AddSingleton<TsdbApi>();
        services.AddSingleton<HealthApi>();
        services.AddSingleton<FederateApi>();
        services.AddSingleton<RemoteReadApi>();
        services.AddSingleton<AdminApi>();
    }
}
