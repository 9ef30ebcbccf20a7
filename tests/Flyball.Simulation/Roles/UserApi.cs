using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Workloads.Applying;
using Flyball.Scheduling.Workloads.Changing;
using Flyball.Scheduling.Workloads.Listing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Simulation.Roles;

/// <summary>The server's API as users call it; only Kestrel and the Compose files are missing.</summary>
internal sealed class UserApi(IResourceStore store, SchedulingMetrics metrics, TimeProvider time)
{
    private readonly ChangeCommitter committer = new(store);

    public async Task ApplyAsync(string project, IReadOnlyList<Workload> workloads)
    {
        var compiled = new ComposeResult { Project = project, Workloads = workloads };
        foreach (Workload workload in workloads)
        {
            string name = WorkloadName.Of(workload.Project, workload.Service);
            compiled.Routes[$"{name}.0"] = new Route { Host = name, Service = name, Project = project };
        }

        try
        {
            await committer.CommitAsync(
                snapshot => (ApplyPlan.Of(compiled, snapshot).Transaction, true), false, CancellationToken.None);
        }
        catch (ApiRefusal)
        {
            // The store took no writes then: the user is told and tries again some other time.
        }
    }

    public Task ScaleAsync(string workload, int replicas) =>
        ChangeAsync(workload, api => api.ScaleAsync, $"{{\"replicas\":{replicas}}}");

    public Task StopAsync(string workload) => ChangeAsync(workload, api => api.StopAsync);

    public Task StartAsync(string workload) => ChangeAsync(workload, api => api.StartAsync);

    public Task RestartAsync(string workload) => ChangeAsync(workload, api => api.RestartAsync);

    public Task RemoveAsync(string workload) => ChangeAsync(workload, api => api.RemoveWorkloadAsync);

    private Task ChangeAsync(string workload, Func<ChangingApi, Func<HttpContext, Task>> handler, string body = "")
    {
        var api = new ChangingApi(new ClusterReading(store, time), committer, metrics, time);
        var context = new DefaultHttpContext();
        context.Request.RouteValues["name"] = workload;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return ApiHandler.Of(handler(api))(context);
    }
}
