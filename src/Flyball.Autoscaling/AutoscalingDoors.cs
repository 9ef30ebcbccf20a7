using Flyball.Autoscaling.Activation;
using Flyball.Autoscaling.Explaining;
using Flyball.Autoscaling.Leading;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Autoscaling;

/// <summary>The doors of the autoscaling module: replicas that follow the load, and why they do.</summary>
public static class AutoscalingDoors
{
    /// <summary>
    /// The autoscaler (it acts on the server that holds the lease <c>autoscaling</c>), <see cref="IScalingView"/> and
    /// <see cref="IActivation"/>.
    /// Needs <see cref="IResourceStore"/>, <see cref="IResourceReader"/>, <see cref="IMetricQuery"/>,
    /// <see cref="TimeProvider"/>, <see cref="IdSource"/>, <see cref="IWorkers"/> and logging.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddAutoscaling(this IServiceCollection services, AutoscalingOptions options)
    {
        var verdict = new AutoscalingOptionsValidator().Validate(null, options);
        if (verdict.Failed)
            throw new OptionsValidationException("autoscaling", typeof(AutoscalingOptions), verdict.Failures);
        services.AddSingleton(options);
        services.AddSingleton<AutoscalingMetrics>();
        services.AddSingleton<ScalingBoard>();
        services.AddSingleton<IScalingView>(provider => provider.GetRequiredService<ScalingBoard>());
        services.AddSingleton<ActivationBoard>();
        services.AddSingleton<IActivation>(provider => provider.GetRequiredService<ActivationBoard>());
        services.AddSingleton<AutoscalerBoards>();
        services.AddSingleton<AutoscalerClock>();
        services.AddSingleton<AutoscalerLoop>();
        services.AddHostedService<AutoscalingService>();
        services.AddSingleton<AdviceReader>();
        services.AddSingleton<AutoscalingApi>();
        return services;
    }

    /// <summary>Maps the module's part of the HTTP API, below <c>/api/flyball/v1</c>, on the API door.</summary>
    public static void MapAutoscaling(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/flyball/v1").RequireAuthorization(Contracts.Identity.Policies.Read);
        var handlers = endpoints.ServiceProvider.GetRequiredService<AutoscalingApi>();
        api.MapGet("/scaling", context => handlers.List().ExecuteAsync(context));
        api.MapGet(
            "/scaling/{name}",
            context => handlers.Find((string)context.Request.RouteValues["name"]!).ExecuteAsync(context));
        api.MapGet("/advice", async context =>
        {
            var query = context.Request.Query;
            var answer = await handlers.AdviseAsync(
                query["range"].ToString(), query["workload"].ToString(), context.RequestAborted);
            await answer.ExecuteAsync(context);
        });
    }
}
