using Flyball.Contracts.Identity;
using Flyball.Metrics.Api.Administration;
using Flyball.Metrics.Api.Alerting;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Expressions;
using Flyball.Metrics.Api.Federation;
using Flyball.Metrics.Api.Listings;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Status;
using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Intake;
using Flyball.Metrics.RemoteRead;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Metrics.Api;

/// <summary>
/// Prometheus' HTTP API under <c>/api/v1</c>, and once more under <c>/prometheus/api/v1</c>. See
/// https://prometheus.io/docs/prometheus/latest/querying/api/.
/// </summary>
internal static class PrometheusApi
{
    private static readonly string[] Roots = ["", "/prometheus"];
    private static readonly string[] Get = ["GET"];
    private static readonly string[] GetOrPost = ["GET", "POST"];
    private static readonly string[] PostOrPut = ["POST", "PUT"];
    private static readonly string[] GetOrHead = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        foreach (string root in Roots)
        {
            RouteGroupBuilder api = endpoints.MapGroup(root + "/api/v1");
            MapQueries(api, services);
            MapStatus(api, services);
            MapAdmin(api, services.GetRequiredService<AdminApi>());
            MapPlain(endpoints.MapGroup(root), services);
            IngestionDoors.Map(endpoints.MapGroup(root));
        }
    }

    private static void MapQueries(RouteGroupBuilder api, IServiceProvider services)
    {
        QueryApi queries = services.GetRequiredService<QueryApi>();
        Read(api, "/query", GetOrPost, queries.InstantAsync);
        Read(api, "/query_range", GetOrPost, queries.RangeAsync);
        Read(api, "/query_exemplars", GetOrPost, services.GetRequiredService<ExemplarsApi>().ListAsync);
        ExpressionApi expressions = services.GetRequiredService<ExpressionApi>();
        Read(api, "/format_query", GetOrPost, expressions.FormatAsync);
        Read(api, "/parse_query", GetOrPost, expressions.ParseQueryAsync);
        Read(api, "/read", ["POST"], services.GetRequiredService<RemoteReadApi>().ReadAsync);
        Read(api, "/series", GetOrPost, services.GetRequiredService<SeriesApi>().ListAsync);
        LabelsApi labels = services.GetRequiredService<LabelsApi>();
        Read(api, "/labels", GetOrPost, labels.NamesAsync);
        Read(api, "/label/{name}/values", Get, labels.ValuesAsync);
        Read(api, "/metadata", Get, services.GetRequiredService<MetadataApi>().ListAsync);
        TargetsApi targets = services.GetRequiredService<TargetsApi>();
        Read(api, "/targets", Get, targets.ListAsync);
        Read(api, "/targets/metadata", Get, targets.MetadataAsync);
        Read(api, "/scrape_pools", Get, targets.PoolsAsync);
    }

    private static void MapStatus(RouteGroupBuilder api, IServiceProvider services)
    {
        StatusApi status = services.GetRequiredService<StatusApi>();
        Read(api, "/status/config", Get, status.ConfigAsync);
        Read(api, "/status/flags", Get, status.FlagsAsync);
        Read(api, "/status/runtimeinfo", Get, status.RuntimeAsync);
        Read(api, "/status/buildinfo", Get, status.BuildAsync);
        Read(api, "/status/walreplay", Get, status.ReplayAsync);
        Read(api, "/notifications", Get, status.NotificationsAsync);
        Read(api, "/features", Get, status.FeaturesAsync);
        RulesApi rules = services.GetRequiredService<RulesApi>();
        Read(api, "/rules", Get, rules.RulesAsync);
        Read(api, "/alerts", Get, rules.AlertsAsync);
        Read(api, "/alertmanagers", Get, rules.AlertmanagersAsync);
        TsdbApi tsdb = services.GetRequiredService<TsdbApi>();
        Read(api, "/status/tsdb", Get, tsdb.CardinalityAsync);
        Read(api, "/status/tsdb/blocks", Get, tsdb.BlocksAsync);
    }

    private static void MapAdmin(RouteGroupBuilder api, AdminApi admin)
    {
        (string Path, Func<HttpContext, Task> Handle)[] actions =
        [
            ("/admin/tsdb/delete_series", admin.DeleteAsync),
            ("/admin/tsdb/clean_tombstones", admin.CleanAsync),
            ("/admin/tsdb/snapshot", admin.SnapshotAsync),
        ];
        foreach ((string path, Func<HttpContext, Task> handle) in actions)
            api.MapMethods(path, PostOrPut, ApiHandler.Of(handle)).RequireAuthorization(Policies.Admin);
    }

    private static void MapPlain(RouteGroupBuilder root, IServiceProvider services)
    {
        Read(root, "/federate", Get, services.GetRequiredService<FederateApi>().SendAsync);
        HealthApi health = services.GetRequiredService<HealthApi>();
        root.MapMethods("/-/healthy", GetOrHead, HealthApi.HealthyAsync).AllowAnonymous();
        root.MapMethods("/-/ready", GetOrHead, health.ReadyAsync).AllowAnonymous();
        root.MapMethods("/-/reload", PostOrPut, ApiHandler.Of(services.GetRequiredService<ReloadApi>().ReloadAsync))
            .RequireAuthorization(Policies.Admin);
    }

    private static void Read(RouteGroupBuilder api, string path, string[] methods, Func<HttpContext, Task> handle) =>
        api.MapMethods(path, methods, AnswerPacking.Of(ApiHandler.Of(handle))).RequireAuthorization(Policies.Read);
}
