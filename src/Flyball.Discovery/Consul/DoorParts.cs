using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Consul;

/// <summary>What the HTTP doors have in common: refusing web pages, and answering what goes wrong.</summary>
internal sealed partial class DoorParts(
    DiscoveryOptions options, DiscoveryMetrics metrics, ILogger<DoorParts> logger)
{
    public DiscoveryOptions Options => options;

    public async Task AnswerAsync(ConsulExchange exchange, Func<ConsulExchange, Task> route)
    {
        try
        {
            RefusePages(exchange);
            await route(exchange);
            if (exchange.IsParked)
            {
                // The server lets go of it; the connection stays.
                exchange.Context.Abort();
                return;
            }
        }
        catch (ConsulException e)
        {
            await exchange.TextAsync(e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await exchange.TextAsync(e.StatusCode, e.Message);
        }
        catch (Exception e) when (
            exchange.Aborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            Log.HungUp(logger, exchange.Remote);
            return;
        }

        metrics.Answered(exchange.Caller.Door, exchange.Status);
    }

    /// <summary>Decoded, with the slashes of ids and keys that came encoded.</summary>
    public static string PathOf(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        return path.Contains("%2", StringComparison.Ordinal)
            ? path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) : path;
    }

    /// <summary>
    /// The doors ask for no token, so a page in somebody's browser must not reach through it: browsers name the origin
    /// of whatever writes.
    /// </summary>
    private static void RefusePages(ConsulExchange exchange)
    {
        if (exchange.Method is not ("GET" or "HEAD") && exchange.Context.Request.Headers.Origin.Count > 0)
            throw new ConsulException(403, "Web pages may not change anything here");
    }

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Debug, "A client at {Remote} hung up")]
        public static partial void HungUp(ILogger logger, string remote);
    }
}
