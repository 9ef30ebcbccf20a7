using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Blobs;
using Flyball.Scheduling.Compose.Scaling;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Reconciling;
using Flyball.Scheduling.Workloads.Applying;
using Flyball.Scheduling.Workloads.Changing;
using Flyball.Scheduling.Workloads.Explaining;
using Flyball.Scheduling.Workloads.Listing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Scheduling;

/// <summary>The doors of the scheduling module: what runs where, how it is changed, and why it is so.</summary>
public static class SchedulingDoors
{
    private const string ApiRoot = "/api/flyball/v1";

    /// <summary>
    /// The scheduler (it acts on the server that holds the lease <c>scheduling</c>), the API's services and
    /// <see cref="IBuildContexts"/> and <see cref="IBlobs"/>. Needs <see cref="IResourceStore"/>,
    /// <see cref="IResourceReader"/>, <see cref="IJournal"/>, <see cref="IScalingView"/>,
    /// <see cref="IMetricGrammar"/>, <see cref="IApiDocumentCheck"/>, <see cref="TimeProvider"/>,
    /// <see cref="IdSource"/>, <see cref="IDisk"/>, <see cref="IWorkers"/> and logging.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddScheduling(this IServiceCollection services, SchedulingOptions options)
    {
        ValidateOptionsResult verdict = new SchedulingOptionsValidator().Validate(null, options);
        if (verdict.Failed)
            throw new OptionsValidationException("scheduling", typeof(SchedulingOptions), verdict.Failures);

        services.AddSingleton(options);
        services.AddSingleton<SchedulingMetrics>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<SchedulerLoop>();
        services.AddHostedService<SchedulingService>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<IBuildContexts>(provider => provider.GetRequiredService<BlobStore>());
        services.AddSingleton<IBlobs>(provider => provider.GetRequiredService<BlobStore>());
        services.AddHostedService<BlobSweep>();
        services.AddSingleton<ClusterReading>();
        services.AddSingleton<ChangeCommitter>();
        services.AddSingleton<ApplyingApi>();
        services.AddSingleton<ChangingApi>();
        services.AddSingleton<ListingApi>();
        services.AddSingleton<WhyApi>();
        services.AddSingleton<BlobApi>();
        return services;
    }

    /// <summary>Maps the module's part of the HTTP API, below <c>/api/flyball/v1</c>, on the API door.</summary>
    public static void MapScheduling(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup(ApiRoot);
        IServiceProvider services = endpoints.ServiceProvider;
        MapReads(api, services.GetRequiredService<ListingApi>(), services.GetRequiredService<WhyApi>());
        MapChanges(api, services.GetRequiredService<ApplyingApi>(), services.GetRequiredService<ChangingApi>());
        BlobApi blobs = services.GetRequiredService<BlobApi>();
        api.MapPut("/blobs/{digest}", ApiHandler.Of(blobs.PutAsync)).RequireAuthorization(Policies.Write);
        api.MapMethods("/blobs/{digest}", ["GET", "HEAD"], ApiHandler.Of(blobs.GetAsync))
            .RequireAuthorization(Policies.Read);
    }

    /// <summary>
    /// Reads a scaling policy on its own, for commands that need no server: YAML or JSON of what stands below
    /// <c>x-scale</c>.
    /// </summary>
    /// <param name="fileName">For messages.</param>
    /// <param name="text">What the file holds.</param>
    /// <param name="problemOfPromQl">What is wrong with an expression, null for nothing; null to check none.</param>
    /// <returns>The policy, or null and every problem as <c>file:line:column: key: message</c>.</returns>
    public static (ScalePolicy? Policy, IReadOnlyList<string> Problems) ReadScalePolicy(
        string fileName, string text, Func<string, string?>? problemOfPromQl = null) =>
        PolicyFile.Read(fileName, text, problemOfPromQl);

    private static void MapReads(RouteGroupBuilder api, ListingApi listing, WhyApi why)
    {
        api.MapGet("/workloads", ApiHandler.Of(listing.WorkloadsAsync)).RequireAuthorization(Policies.Read);
        api.MapGet("/workloads/{name}", ApiHandler.Of(listing.WorkloadAsync)).RequireAuthorization(Policies.Read);
        api.MapGet("/allocations", ApiHandler.Of(listing.AllocationsAsync)).RequireAuthorization(Policies.Read);
        api.MapGet("/allocations/{id}", ApiHandler.Of(listing.AllocationAsync)).RequireAuthorization(Policies.Read);
        api.MapGet("/why/{name}", ApiHandler.Of(why.WhyAsync)).RequireAuthorization(Policies.Read);
    }

    private static void MapChanges(RouteGroupBuilder api, ApplyingApi applying, ChangingApi changing)
    {
        api.MapPost("/compose/inspect", ApiHandler.Of(applying.InspectAsync)).RequireAuthorization(Policies.Write);
        api.MapPost("/apply", ApiHandler.Of(applying.ApplyAsync)).RequireAuthorization(Policies.Write);
        api.MapPost("/workloads/{name}/scale", ApiHandler.Of(changing.ScaleAsync)).RequireAuthorization(Policies.Write);
        api.MapPost("/workloads/{name}/restart", ApiHandler.Of(changing.RestartAsync))
            .RequireAuthorization(Policies.Write);
        api.MapPost("/workloads/{name}/stop", ApiHandler.Of(changing.StopAsync)).RequireAuthorization(Policies.Write);
        api.MapPost("/workloads/{name}/start", ApiHandler.Of(changing.StartAsync)).RequireAuthorization(Policies.Write);
        api.MapDelete("/workloads/{name}", ApiHandler.Of(changing.RemoveWorkloadAsync))
            .RequireAuthorization(Policies.Write);
        api.MapDelete("/projects/{name}", ApiHandler.Of(changing.RemoveProjectAsync))
            .RequireAuthorization(Policies.Write);
    }
}
