using Flyball.Scheduling.Http;
using Flyball.Scheduling.Reconciling;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Workloads.Listing;

/// <summary>GET of workloads and allocations.</summary>
internal sealed class ListingApi(ClusterReading cluster)
{
    public Task WorkloadsAsync(HttpContext context)
    {
        string? project = context.Request.Query["project"];
        IReadOnlyList<WorkloadRow> rows =
        [
            .. cluster.Workloads().Select(WorkloadRow.Of)
                .Where(row => string.IsNullOrEmpty(project) || row.Project == project),
        ];
        return JsonAnswer.OkAsync(context, rows, SchedulingJson.Default.IReadOnlyListWorkloadRow);
    }

    public Task WorkloadAsync(HttpContext context)
    {
        WorkloadView view = cluster.FindWorkload(ApiHandler.Route(context, "name"));
        ApiHandler.SetRevision(context, view.Spec!.Value.Revision);
        return JsonAnswer.OkAsync(context, WorkloadDetail.Of(view), SchedulingJson.Default.WorkloadDetail);
    }

    public Task AllocationsAsync(HttpContext context)
    {
        string? workload = context.Request.Query["workload"];
        IEnumerable<AllocationView> views = string.IsNullOrEmpty(workload)
            ? cluster.Allocations()
            : cluster.FindWorkload(workload).Allocations;
        string? project = context.Request.Query["project"];
        IReadOnlyList<AllocationRow> rows =
        [
            .. views.Where(view => string.IsNullOrEmpty(project)
                    || view.Allocation.Workload.StartsWith(project + ".", StringComparison.Ordinal))
                .Select(AllocationRow.Of),
        ];
        return JsonAnswer.OkAsync(context, rows, SchedulingJson.Default.IReadOnlyListAllocationRow);
    }

    public Task AllocationAsync(HttpContext context)
    {
        AllocationView view = cluster.FindAllocation(ApiHandler.Route(context, "id"));
        return JsonAnswer.OkAsync(context, AllocationRow.Of(view), SchedulingJson.Default.AllocationRow);
    }
}
