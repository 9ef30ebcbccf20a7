using Flyball.Base.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Indexing;

/// <summary>Keeps the index current; it is full before the doors open.</summary>
internal sealed partial class CatalogueIndexService(
    IResourceReader store, CatalogueIndex index, ILogger<CatalogueIndexService> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        index.Reset(store.Current);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var from = new Revision(index.Applied);
            await foreach (ChangeBatch batch in store.WatchAsync(CatalogueIndex.WatchedKinds, from, stoppingToken))
            {
                if (batch.Compacted)
                {
                    Log.Behind(logger, index.Applied);
                    index.Reset(store.Current);
                }
                else index.Apply(batch);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            4010, LogLevel.Warning, "The discovery index fell behind at revision {Revision}: it is read anew")]
        public static partial void Behind(ILogger logger, long revision);
    }
}
