using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>What sources need from outside.</summary>
internal sealed partial class DiscoveryRuntime(TimeProvider time, ILogger logger)
{
    public TimeProvider Time => time;

    /// <summary>A client for these settings; its owner disposes it.</summary>
    public static HttpMessageInvoker Connect(HttpSettings settings) => HttpConnections.Create(settings);

    /// <summary>Waits, or throws when cancelled.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellation) => Task.Delay(delay, time, cancellation);

    /// <summary>A source that cannot be reached keeps its targets; people should know.</summary>
    public void Failed(string source, string reason) => Log.Failed(logger, source, reason);

    private static partial class Log
    {
        [LoggerMessage(3300, LogLevel.Warning, "{Source} gives no targets now, the last ones are kept: {Reason}")]
        public static partial void Failed(ILogger logger, string source, string reason);
    }
}
