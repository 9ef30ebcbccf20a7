using Flyball.Base.Resources;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Listing;

/// <summary>
/// The cluster as the API shows it: an index of one snapshot, kept until a kind that it holds changes, so that people
/// who poll cost little. Finds what a person names.
/// </summary>
internal sealed class ClusterReading(IResourceReader reader, TimeProvider time)
{
    /// <summary>The shortest part of an id that may stand for the whole.</summary>
    private const int IdPartLengthMin = 4;

    private const int NamesShownMax = 10;

    private volatile Reading? last;

    public IEnumerable<WorkloadView> Workloads() =>
        Read().Workloads.Values.Where(view => view.Spec is not null);

    public IEnumerable<AllocationView> Allocations() => Read().Workloads.Values.SelectMany(view => view.Allocations);

    /// <summary>Null when nothing of that full name exists.</summary>
    public WorkloadView? Workload(string name) => Read().Workloads.GetValueOrDefault(name);

    /// <summary>A workload by <c>project.service</c>, or by the service alone when only one project has it.</summary>
    /// <exception cref="ApiRefusal">None has the name, or several have.</exception>
    public WorkloadView FindWorkload(string name) =>
        TryFindWorkload(name) ?? throw ApiRefusal.NotFound($"There is no workload '{name}'. {Known()}");

    /// <exception cref="ApiRefusal">Several projects have such a service.</exception>
    public WorkloadView? TryFindWorkload(string name)
    {
        Reading reading = Read();
        if (reading.Workloads.TryGetValue(name, out WorkloadView? exact) && exact.Spec is not null) return exact;
        WorkloadView[] found = [.. Workloads().Where(view => view.Spec!.Value.Value.Service == name)];
        if (found.Length <= 1) return found.Length == 0 ? null : found[0];
        string names = string.Join(", ", found.Take(NamesShownMax).Select(view => view.Name));
        throw ApiRefusal.Ambiguous($"'{name}' is in several projects; say which one: {names}.");
    }

    /// <summary>An allocation by its id, or by the beginning or the end of it when that is one's alone.</summary>
    /// <exception cref="ApiRefusal">None has the id, or several have.</exception>
    public AllocationView FindAllocation(string id)
    {
        AllocationView[] found = [.. Allocations().Where(view => Matches(view.Id, id))];
        if (found.Length == 1) return found[0];
        throw found.Length == 0
            ? ApiRefusal.NotFound($"There is no allocation '{id}'.")
            : ApiRefusal.Ambiguous($"'{id}' is part of {found.Length} allocations' ids; give more of it.");
    }

    private static bool Matches(string id, string part) =>
        id == part || (part.Length >= IdPartLengthMin
            && (id.StartsWith(part, StringComparison.Ordinal) || id.EndsWith(part, StringComparison.Ordinal)));

    private string Known()
    {
        string[] names = [.. Workloads().Select(view => view.Name).Take(NamesShownMax + 1)];
        if (names.Length == 0) return "Nothing has been applied yet.";
        string more = names.Length > NamesShownMax ? ", …" : "";
        return $"There are: {string.Join(", ", names.Take(NamesShownMax))}{more}.";
    }

    private Reading Read()
    {
        ResourceSnapshot snapshot = reader.Current;
        Revision moved = ClusterIndex.WatchedKinds.Max(snapshot.LastChange);
        if (last is { } known && known.Moved == moved) return known;
        var index = new ClusterIndex();
        index.Load(snapshot, time.GetUtcNow().ToUnixTimeMilliseconds());
        var workloads = new SortedDictionary<string, WorkloadView>(StringComparer.Ordinal);
        foreach (string name in index.WorkloadNames) workloads.Add(name, index.Workload(name)!);
        return last = new Reading(moved, workloads);
    }

    private sealed record Reading(Revision Moved, SortedDictionary<string, WorkloadView> Workloads);
}
