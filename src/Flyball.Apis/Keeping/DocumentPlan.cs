using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;

namespace Flyball.Apis.Keeping;

/// <summary>
/// What is to be done so that each version of a workload has its document: read from a snapshot and nothing else.
/// </summary>
internal sealed class DocumentPlan
{
    private readonly ResourceSnapshot snapshot;
    private readonly int versionsKept;
    private readonly ILookup<string, int> documented;

    private DocumentPlan(ResourceSnapshot snapshot, int versionsKept)
    {
        (this.snapshot, this.versionsKept) = (snapshot, versionsKept);
        documented = snapshot.List(Kinds.ApiDocument).ToLookup(row => row.Value.Workload, row => row.Value.Version);
    }

    /// <summary>Documents that were given, to be taken in as those of a version.</summary>
    public List<(ApiSource Source, int Version)> Take { get; } = [];

    /// <summary>Documents that instances serve; each has an instance at least that can be asked.</summary>
    public List<(ApiSource Source, int Version, IReadOnlyList<Endpoint> Endpoints)> Fetch { get; } = [];

    /// <summary>Records that nobody needs any more.</summary>
    public List<Resource<ApiDocument>> Drop { get; } = [];

    /// <summary>The records that are to be made.</summary>
    public HashSet<string> Names() => new(
        Take.Select(one => ApiDocument.NameOf(one.Source.Workload, one.Version))
            .Concat(Fetch.Select(one => ApiDocument.NameOf(one.Source.Workload, one.Version))),
        StringComparer.Ordinal);

    public static DocumentPlan Of(ResourceSnapshot snapshot, int versionsKept)
    {
        var plan = new DocumentPlan(snapshot, versionsKept);
        if (snapshot.Count(Kinds.ApiSource.Name) + snapshot.Count(Kinds.ApiDocument.Name) == 0) return plan;
        ApiSource[] sources = [.. snapshot.List(Kinds.ApiSource).Select(row => row.Value)];
        var given = new HashSet<string>(
            sources.Where(source => source.Digest is not null).Select(source => source.Workload),
            StringComparer.Ordinal);
        var fetched = new HashSet<string>(
            sources.Where(source => source.Digest is null).Select(source => source.Workload), StringComparer.Ordinal);
        ILookup<string, WorkloadVersion> versions = snapshot.List(Kinds.Version).Select(row => row.Value)
            .Where(version => given.Contains(version.Workload)).ToLookup(version => version.Workload);
        ILookup<string, Endpoint> endpoints = snapshot.List(Kinds.Endpoint).Select(row => row.Value)
            .Where(endpoint => fetched.Contains(endpoint.Service)).ToLookup(endpoint => endpoint.Service);
        foreach (ApiSource source in sources)
        {
            if (source.Digest is not null) plan.AddGiven(source, versions[source.Workload]);
            else plan.AddFetched(source, endpoints[source.Workload]);
        }

        plan.AddDrops();
        return plan;
    }

    /// <summary>
    /// A given document belongs to the version of the task that it was applied with. That version may not be there yet:
    /// then nothing is to be done until it is.
    /// </summary>
    private void AddGiven(ApiSource source, IEnumerable<WorkloadVersion> versions)
    {
        if (snapshot.Get(Kinds.Workload, source.Workload) is not { } workload) return;
        byte[] wanted = Bytes(workload.Value.Task);
        WorkloadVersion? version = versions.FirstOrDefault(one => Bytes(one.Task).AsSpan().SequenceEqual(wanted));
        if (version is null || IsTooOld(source.Workload, version.Number)) return;
        ApiDocument? known = Known(source.Workload, version.Number);
        if (known is null || known.Digest != source.Digest || known.Origin != source.File)
            Take.Add((source, version.Number));
    }

    private void AddFetched(ApiSource source, IEnumerable<Endpoint> endpoints)
    {
        if (source.Path is null) return;
        foreach (IGrouping<int, Endpoint> version in endpoints
            .Where(one => one.Health == HealthState.Passing && !one.Draining && one.Allocation.Length > 0
                && (source.Port is null || one.Port == source.Port))
            .GroupBy(one => one.Version).OrderBy(group => group.Key))
        {
            if (IsTooOld(source.Workload, version.Key)) continue;
            ApiDocument? known = Known(source.Workload, version.Key);
            if (known?.Digest is null || known.Origin != source.Path)
                Fetch.Add((source, version.Key, [.. version]));
        }
    }

    /// <summary>Documents of workloads that are gone, and of versions beyond those that are kept.</summary>
    private void AddDrops()
    {
        foreach (IGrouping<string, Resource<ApiDocument>> documents in snapshot.List(Kinds.ApiDocument)
            .GroupBy(row => row.Value.Workload, StringComparer.Ordinal))
        {
            int kept = snapshot.Find(Kinds.Workload.Key(documents.Key)) is null ? 0 : versionsKept;
            Drop.AddRange(documents.OrderByDescending(row => row.Value.Version).Skip(kept));
        }
    }

    /// <summary>It would be dropped at once, and asked for again.</summary>
    private bool IsTooOld(string workload, int version) =>
        documented[workload].Count(other => other > version) >= versionsKept;

    private ApiDocument? Known(string workload, int version) =>
        snapshot.Get(Kinds.ApiDocument, ApiDocument.NameOf(workload, version))?.Value;

    private static byte[] Bytes(TaskSpec task) =>
        JsonSerializer.SerializeToUtf8Bytes(task, ContractsJson.Default.TaskSpec);
}
