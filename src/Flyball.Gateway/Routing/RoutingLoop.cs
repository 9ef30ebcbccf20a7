using Flyball.Base.Resources;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Routing;

/// <summary>
/// Keeps the routing table current from whichever reader the gateway has: the store in this process, or a remote one
/// that begins with the last snapshot on disk.
/// </summary>
internal sealed partial class RoutingLoop(IResourceReader reader, RoutingTable table, ILogger<RoutingLoop> logger)
{
    /// <summary>Takes over what the reader has; called once, before the first request.</summary>
    public void Load()
    {
        table.Reset(reader.Current);
        Log.Started(logger, table.Applied.Value, table.RouteCount, table.EndpointCount);
    }

    /// <summary>Follows the reader from what was loaded.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (ChangeBatch batch in reader.WatchAsync(RoutingTable.WatchedKinds, table.Applied, cancellation))
        {
            if (batch.Compacted) table.Reset(reader.Current);
            else table.Apply(batch);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information,
            "Routing from revision {Revision}: {Routes} routes, {Endpoints} endpoints")]
        public static partial void Started(ILogger logger, long revision, int routes, int endpoints);
    }
}
