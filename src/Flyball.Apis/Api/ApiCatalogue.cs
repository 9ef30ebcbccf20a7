using System.Globalization;
using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;
using Flyball.Apis.Keeping;
using Flyball.Apis.Searching;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Apis;

namespace Flyball.Apis.Api;

/// <summary>What the catalogue knows, for the HTTP API and for the pages alike.</summary>
internal sealed class ApiCatalogue(IResourceReader reader, DocumentStore documents)
{
    public const int HitsDefault = 50;

    public const int HitsMax = 500;

    public IReadOnlyList<ApiRow> List()
    {
        ResourceSnapshot snapshot = reader.Current;
        ILookup<string, ApiDocument> byWorkload = snapshot.List(Kinds.ApiDocument).Select(row => row.Value)
            .ToLookup(document => document.Workload);
        return
        [
            .. byWorkload.Select(group => group.Key)
                .Concat(snapshot.List(Kinds.ApiSource).Select(row => row.Value.Workload))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(workload => RowOf(snapshot, workload, byWorkload[workload])),
        ];
    }

    /// <param name="name">A workload's whole name, or its service's when only one is called so.</param>
    /// <exception cref="ApiRefusal">There is none, or more than one.</exception>
    public ApiRow Find(string name)
    {
        IReadOnlyList<ApiRow> all = List();
        if (all.FirstOrDefault(row => row.Workload == name) is { } exact) return exact;
        ApiRow[] alike = [.. all.Where(row => row.Workload.EndsWith("." + name, StringComparison.Ordinal))];
        return alike.Length switch
        {
            1 => alike[0],
            0 => throw ApiRefusal.NotFound(
                $"No API of '{name}' is known. 'x-api' in its Compose file says where its document is."),
            _ => throw ApiRefusal.Ambiguous(
                $"'{name}' could be any of {string.Join(", ", alike.Select(row => row.Workload))}."),
        };
    }

    /// <param name="api">A documented service.</param>
    /// <param name="number">Null for the newest.</param>
    /// <exception cref="ApiRefusal">There is no such version, or it has no document.</exception>
    public static VersionRow Version(ApiRow api, int? number)
    {
        VersionRow? version = number is null ? api.Latest : api.Versions.FirstOrDefault(row => row.Version == number);
        if (version is { Digest: not null }) return version;
        string which = number is { } given
            ? string.Create(CultureInfo.InvariantCulture, $"version {given} of {api.Workload}") : api.Workload;
        string why = (version?.Problem ?? api.Problem) is { } problem ? ": " + problem : "";
        string known = string.Join(", ", api.Versions.Where(row => row.Digest is not null).Select(row => row.Version));
        throw ApiRefusal.NotFound(
            $"There is no document of {which}{why}. "
            + (known.Length == 0 ? "No version has one." : $"Versions with one: {known}."));
    }

    public async Task<byte[]> BytesAsync(VersionRow version, CancellationToken cancellation) =>
        await documents.BytesAsync(version.Digest!, cancellation)
        ?? throw ApiRefusal.NotFound("The document is no longer on this server's disk.");

    /// <summary>Works with a document in its turn.</summary>
    public async Task<T> ReadAsync<T>(VersionRow version, Func<ApiDescription, T> work, CancellationToken cancellation)
    {
        byte[] bytes = await BytesAsync(version, cancellation);
        return await documents.InTurnAsync(() => work(Read(bytes)), cancellation);
    }

    /// <exception cref="ApiRefusal">A version is not there, or there are no two.</exception>
    public async Task<DiffAnswer> DiffAsync(ApiRow api, int? from, int? to, CancellationToken cancellation)
    {
        VersionRow newer = Version(api, to);
        VersionRow older = from is not null ? Version(api, from)
            : api.Versions.FirstOrDefault(row => row.Digest is not null && row.Version < newer.Version)
                ?? throw ApiRefusal.NotFound(
                    $"There is no documented version of {api.Workload} before {newer.Version}.");
        string oldName = NameOf(api, older);
        string newName = NameOf(api, newer);
        if (older.Digest == newer.Digest)
            return DiffAnswer.Of(oldName, newName, new ApiComparison([], 0, 0, 0, false));
        byte[] oldBytes = await BytesAsync(older, cancellation);
        byte[] newBytes = await BytesAsync(newer, cancellation);
        ApiComparison comparison = await documents.InTurnAsync(
            () => ApiComparer.Compare(Read(oldBytes), Read(newBytes)), cancellation);
        return DiffAnswer.Of(oldName, newName, comparison);
    }

    /// <summary>Searches the newest document of each service.</summary>
    public async Task<SearchAnswer> SearchAsync(string text, int most, CancellationToken cancellation)
    {
        if (ApiSearch.Parse(text) is not { } search) return new SearchAnswer(text, 0, []);
        var hits = new List<SearchHit>();
        foreach (ApiRow api in List())
        {
            if (api.Latest is not { Digest: { } digest } latest) continue;
            if (await documents.IndexAsync(digest, cancellation) is { } index)
                hits.AddRange(search.In(api.Workload, latest.Version, index));
        }

        return new SearchAnswer(text, hits.Count, [.. ApiSearch.Ordered(hits).Take(most)]);
    }

    private static string NameOf(ApiRow api, VersionRow version) => ApiDocument.NameOf(api.Workload, version.Version);

    private static ApiDescription Read(byte[] bytes) => ApiReading.Read(bytes).Api
        ?? throw ApiRefusal.NotFound("The document cannot be read by this version of Flyball.");

    private static ApiRow RowOf(ResourceSnapshot snapshot, string workload, IEnumerable<ApiDocument> documents)
    {
        ApiSource? source = snapshot.Get(Kinds.ApiSource, workload)?.Value;
        VersionRow[] versions = [.. documents.OrderByDescending(one => one.Version).Select(VersionRow.Of)];
        VersionRow? latest = versions.FirstOrDefault(row => row.Digest is not null);
        return new ApiRow(
            workload, source?.File ?? source?.Path, latest, versions, versions.FirstOrDefault()?.Problem);
    }
}
