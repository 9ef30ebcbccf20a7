using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Reconciling;
using Flyball.Scheduling.Workloads.Listing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Workloads.Explaining;

/// <summary>GET /why: what <c>flyball why</c> prints.</summary>
internal sealed class WhyApi(ClusterReading cluster, IJournal journal, IScalingView scaling, TimeProvider time)
{
    private const int EntriesMax = 20;

    /// <summary>Decisions read to find those about one allocation.</summary>
    private const int DecisionsSearched = 500;

    /// <summary>Allocations whose own events are told with their workload's.</summary>
    private const int AllocationsSearched = 20;

    public async Task WhyAsync(HttpContext context)
    {
        string name = ApiHandler.Route(context, "name");
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        WorkloadView? workload = cluster.TryFindWorkload(name) ?? cluster.Workload(name);
        WhyAnswer answer = workload is not null
            ? await WorkloadAsync(workload, now, context.RequestAborted)
            : await AllocationAsync(FindAllocation(name), now, context.RequestAborted);
        await JsonAnswer.OkAsync(context, answer, SchedulingJson.Default.WhyAnswer);
    }

    /// <summary>Of the two refusals, the one about workloads tells the names that there are.</summary>
    private AllocationView FindAllocation(string name)
    {
        try
        {
            return cluster.FindAllocation(name);
        }
        catch (ApiRefusal refusal) when (refusal.Problem.Status == StatusCodes.Status404NotFound)
        {
            cluster.FindWorkload(name);
            throw;
        }
    }

    private async Task<WhyAnswer> WorkloadAsync(WorkloadView view, long now, CancellationToken cancellation)
    {
        ResourceKey subject = Kinds.Workload.Key(view.Name);
        var events = new List<JournalRow>(await ReadAsync(JournalTables.Events, subject, EntriesMax, cancellation));
        foreach (AllocationView allocation in view.Allocations.TakeLast(AllocationsSearched))
            events.AddRange(await ReadAsync(JournalTables.Events, allocation.Resource.Key, EntriesMax, cancellation));
        return new WhyAnswer
        {
            Name = view.Name,
            Summary = WorkloadStory.Summarise(view, now),
            Facts = [.. WorkloadStory.Facts(view, now), .. scaling.Explain(view.Name)],
            Decisions = Newest(await ReadAsync(JournalTables.Decisions, subject, EntriesMax, cancellation)),
            Events = Newest(events),
        };
    }

    private async Task<WhyAnswer> AllocationAsync(AllocationView view, long now, CancellationToken cancellation)
    {
        ResourceKey workload = Kinds.Workload.Key(view.Allocation.Workload);
        IReadOnlyList<JournalRow> decisions =
            await ReadAsync(JournalTables.Decisions, workload, DecisionsSearched, cancellation);
        return new WhyAnswer
        {
            Name = view.Id,
            Summary = AllocationStory.Summarise(view, now),
            Facts = AllocationStory.Facts(view, now),
            Decisions = Newest(decisions.Where(row =>
                JournalEntries.Decision(row).Inputs.TryGetValue("allocation", out string? about) && about == view.Id)),
            Events = Newest(await ReadAsync(JournalTables.Events, view.Resource.Key, EntriesMax, cancellation)),
        };
    }

    private ValueTask<IReadOnlyList<JournalRow>> ReadAsync(
        string table, ResourceKey subject, int limit, CancellationToken cancellation) => journal.ReadAsync(
            new JournalQuery(table)
            {
                SubjectKind = subject.Kind,
                SubjectName = subject.Name,
                Newest = true,
                Limit = limit,
            },
            cancellation);

    private static List<WhyEntry> Newest(IEnumerable<JournalRow> rows) =>
    [
        .. rows.OrderBy(row => row.Entry.AtUnixMs).ThenBy(row => row.Sequence).TakeLast(EntriesMax)
            .Select(row => new WhyEntry(row.Sequence, row.Entry.AtUnixMs, Parse(row.Entry.Value))),
    ];

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
