using Flyball.Apis.Describing;
using Flyball.Apis.Reading;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Microsoft.Extensions.Logging;

namespace Flyball.Apis.Keeping;

/// <summary>One look at what is documented: takes in what is new, asks instances, clears away.</summary>
internal sealed partial class DocumentPass(
    IResourceStore store, IBlobs blobs, DocumentStore documents, DocumentFetcher fetcher, ApisOptions options,
    TimeProvider time, ILogger<DocumentPass> logger)
{
    /// <summary>Letters of a problem or a title that are kept: an instance sends them.</summary>
    private const int TextLengthMax = 500;

    private readonly FetchRetries retries = new(options, time);

    public async Task RunAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        DocumentPlan plan = DocumentPlan.Of(store.Current, options.VersionsKept);
        retries.Keep(plan.Names());
        foreach ((ApiSource source, int version) in plan.Take)
            if (retries.IsDue(ApiDocument.NameOf(source.Workload, version)))
                await TakeAsync(source, version, lease, cancellation);
        await FetchAsync(plan, lease, cancellation);
        if (plan.Drop.Count == 0) return;
        var transaction = new StoreTransaction().Under(lease);
        foreach (Resource<ApiDocument> row in plan.Drop) transaction.Require(row.Key, row.Revision).Delete(row.Key);
        await CommitAsync(transaction, "documents that nobody needs", cancellation);
    }

    private async Task FetchAsync(DocumentPlan plan, LeaseEpoch lease, CancellationToken cancellation)
    {
        // Who has waited longest is first, so that a few that hang never keep all others waiting.
        var due = plan.Fetch
            .Select(one => (Name: ApiDocument.NameOf(one.Source.Workload, one.Version), One: one))
            .Where(row => retries.IsDue(row.Name)).OrderBy(row => retries.DueAt(row.Name)).Take(options.FetchesMax)
            .ToArray();
        FetchOutcome[] outcomes = await Task.WhenAll(due.Select(row => fetcher.FetchAsync(
            row.One.Endpoints[retries.Failures(row.Name) % row.One.Endpoints.Count], row.One.Source.Path!,
            cancellation)));
        for (int i = 0; i < due.Length; i++)
        {
            ApiSource source = due[i].One.Source;
            ApiDocument record = await RecordAsync(
                source.Workload, due[i].One.Version, source.Path!, outcomes[i], cancellation);
            await PutAsync(record, lease, cancellation);
        }
    }

    private async Task TakeAsync(ApiSource source, int version, LeaseEpoch lease, CancellationToken cancellation)
    {
        byte[]? bytes = await documents.BytesAsync(source.Digest!, cancellation);
        FetchOutcome outcome = bytes is null
            ? FetchOutcome.Failed($"{source.File}: what was applied is no longer among the server's blobs; apply again")
            : new FetchOutcome(bytes, null);
        await PutAsync(
            await RecordAsync(source.Workload, version, source.File ?? "", outcome, cancellation), lease, cancellation);
    }

    private async Task<ApiDocument> RecordAsync(
        string workload, int version, string origin, FetchOutcome outcome, CancellationToken cancellation)
    {
        var record = new ApiDocument
        {
            Workload = workload,
            Version = version,
            Origin = origin,
            Problem = outcome.Problem,
            AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (outcome.Bytes is not { } bytes) return record;
        (ApiDescription? api, IReadOnlyList<ApiFault> faults) = await documents.InTurnAsync(
            () => ApiReading.Read(bytes), cancellation);
        if (api is null) return record with { Problem = Excerpt.Of($"{origin}: {faults[0]}", TextLengthMax) };
        if (await blobs.KeepAsync(bytes, cancellation) is not { } digest)
            return record with { Problem = "the server's disk takes no more" };
        return record with
        {
            Digest = digest,
            SizeBytes = bytes.Length,
            Title = Excerpt.Of(api.Title, TextLengthMax),
            ApiVersion = Excerpt.Of(api.Version, TextLengthMax),
            Specification = Excerpt.Of(api.Specification, TextLengthMax),
            Operations = api.Operations.Count,
            Schemas = api.Schemas.Count,
        };
    }

    /// <summary>Only what is new is written: a problem that lasts is one record and one event.</summary>
    private async Task PutAsync(ApiDocument record, LeaseEpoch lease, CancellationToken cancellation)
    {
        string name = ApiDocument.NameOf(record.Workload, record.Version);
        if (record.Problem is not null) retries.Failed(name);
        Resource<ApiDocument>? known = store.Current.Get(Kinds.ApiDocument, name);
        // A document that is here is worth more than none, also when it came from elsewhere.
        if (record.Digest is null && known is { Value.Digest: not null } there)
            record = there.Value with { Problem = record.Problem };
        if (known is { Value: { } old } && old with { AtUnixMs = 0 } == record with { AtUnixMs = 0 }) return;
        if (record.Problem is { } problem) Log.Problem(logger, name, problem);
        ResourceKey key = Kinds.ApiDocument.Key(name);
        await CommitAsync(
            new StoreTransaction().Require(key, known?.Revision ?? Revision.None)
                .Put(key, Kinds.ApiDocument.Encode(record))
                .Append(JournalEntries.From(EventOf(record, name), Kinds.Workload.Key(record.Workload), time))
                .Under(lease),
            name, cancellation);
    }

    private static Event EventOf(ApiDocument record, string name) => record.Problem is { } problem
        ? new Event
        {
            Type = "api.problem",
            Severity = EventSeverity.Warning,
            Workload = record.Workload,
            Message = $"No OpenAPI document of {name}: {problem}",
        }
        : new Event
        {
            Type = "api.documented",
            Workload = record.Workload,
            Message = $"{name} is documented: {record.Title} {record.ApiVersion}, {record.Operations} operations.",
        };

    private async Task CommitAsync(StoreTransaction transaction, string what, CancellationToken cancellation)
    {
        CommitResult result = await store.CommitAsync(transaction, cancellation);
        if (!result.IsCommitted) Log.NotStored(logger, what, result.Outcome, result.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Warning, "No OpenAPI document of {Name}: {Problem}")]
        public static partial void Problem(ILogger logger, string name, string problem);

        [LoggerMessage(3402, LogLevel.Warning, "{What}: not stored: {Outcome} {Reason}")]
        public static partial void NotStored(ILogger logger, string what, CommitOutcome outcome, string? reason);
    }
}
