using Flyball.Apis.Describing;
using Flyball.Apis.Reading;
using Flyball.Apis.Searching;
using Flyball.Base.Work;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Scheduling;

namespace Flyball.Apis.Keeping;

/// <summary>
/// Documents by their digest: on disk as blobs, read when somebody asks, a few at a time. What is searched of them
/// stays in memory, up to a bound.
/// </summary>
internal sealed class DocumentStore(ApisOptions options, IBlobs blobs, IWorkers workers, ApisMetrics metrics)
    : IApiDocumentCheck, IDisposable
{
    private readonly SemaphoreSlim readers = new(options.ReadersMax);
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Digest, ApiIndex Index)>> indexes =
        new(StringComparer.Ordinal);
    private readonly LinkedList<(string Digest, ApiIndex Index)> byUse = new();
    private long indexedLetters;

    public IReadOnlyList<ApiDocumentFault> Check(ReadOnlyMemory<byte> document)
    {
        IReadOnlyList<ApiFault> faults = document.Length > options.DocumentBytesMax
            ? [TooLarge()]
            : ApiReading.Read(document.Span).Faults;
        if (faults.Count > 0) metrics.Refused("malformed");
        return
        [
            .. faults.Select(fault => new ApiDocumentFault(fault.Pointer, fault.Line, fault.Column, fault.Message)),
        ];
    }

    /// <summary>The bytes as they came in; null when they are no longer here.</summary>
    public async ValueTask<byte[]?> BytesAsync(string digest, CancellationToken cancellation)
    {
        await using Stream? stream = await blobs.OpenAsync(digest, cancellation);
        if (stream is null || stream.Length > ReadLimits.BytesMax) return null;
        byte[] bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    /// <summary>Runs work that has documents in memory, in its turn.</summary>
    public async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await readers.WaitAsync(cancellation);
        try
        {
            return await workers.RunAsync(work, cancellation);
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>What is searched of a document; null when it is no longer here.</summary>
    public async ValueTask<ApiIndex?> IndexAsync(string digest, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (indexes.TryGetValue(digest, out LinkedListNode<(string, ApiIndex Index)>? known))
            {
                byUse.Remove(known);
                byUse.AddFirst(known);
                return known.Value.Index;
            }
        }

        if (await BytesAsync(digest, cancellation) is not { } bytes) return null;
        (ApiDescription? api, _) = await InTurnAsync(() => ApiReading.Read(bytes), cancellation);
        if (api is null) return null;
        ApiIndex index = ApiIndex.Of(api);
        lock (gate)
        {
            if (indexes.ContainsKey(digest)) return index;
            indexes.Add(digest, byUse.AddFirst((digest, index)));
            indexedLetters += index.Length;
            while (indexes.Count > options.IndexesMax || indexedLetters > options.IndexLettersMax)
            {
                (string last, ApiIndex dropped) = byUse.Last!.Value;
                indexes.Remove(last);
                indexedLetters -= dropped.Length;
                byUse.RemoveLast();
            }
        }

        return index;
    }

    public void Dispose() => readers.Dispose();

    private ApiFault TooLarge() =>
        new("", 0, 0, $"the document is larger than {options.DocumentBytesMax} bytes (DocumentBytesMax)");
}
