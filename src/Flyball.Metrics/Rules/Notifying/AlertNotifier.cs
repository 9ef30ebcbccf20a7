using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Rules.Notifying;

/// <summary>
/// Sends alerts to every receiver in the order in which they came. What a receiver does not take is not tried again:
/// the rule sends firing and resolved alerts anew for a while. With more alerts than the queue holds the oldest go.
/// </summary>
internal sealed partial class AlertNotifier : IAsyncDisposable
{
    /// <summary>Alerts of one request.</summary>
    private const int BatchMax = 256;

    /// <summary>How long the end of the process waits for the rest to be sent.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly MetricsOptions options;
    private readonly AlertmanagerClient client;
    private readonly TimeProvider time;
    private readonly ILogger<AlertNotifier> logger;
    private readonly Channel<OutgoingAlert> queue;
    private readonly CancellationTokenSource stop = new();
    private readonly Meter meter = new("Flyball.Metrics");
    private readonly Counter<long> sent;
    private readonly Counter<long> failed;
    private Task loop = Task.CompletedTask;

    public AlertNotifier(
        MetricsOptions options, AlertmanagerClient client, TimeProvider time, ILogger<AlertNotifier> logger)
    {
        (this.options, this.client, this.time, this.logger) = (options, client, time, logger);
        sent = meter.CreateCounter<long>(
            "flyball.metrics.alerts_sent", "{alert}", "Alerts that a receiver took, by receiver.");
        failed = meter.CreateCounter<long>(
            "flyball.metrics.alerts_failed", "{alert}", "Alerts that a receiver did not take, by receiver.");
        Counter<long> dropped = meter.CreateCounter<long>(
            "flyball.metrics.alerts_dropped", "{alert}", "Alerts dropped because too many waited.");
        queue = Channel.CreateBounded<OutgoingAlert>(
            new BoundedChannelOptions(options.AlertQueueMax)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            },
            _ => dropped.Add(1));
    }

    public void Start()
    {
        if (options.Alertmanagers.Count > 0) loop = RunAsync();
    }

    public void Enqueue(OutgoingAlert alert)
    {
        if (options.Alertmanagers.Count > 0) _ = queue.Writer.TryWrite(alert);
    }

    /// <summary>Sends what is waiting, within bounds, and ends.</summary>
    public async Task StopAsync()
    {
        if (!queue.Writer.TryComplete()) return;
        await Task.WhenAny(loop, Task.Delay(StopPatience, time));
        await stop.CancelAsync();
        await loop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        meter.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<OutgoingAlert>(BatchMax);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None) && !stop.IsCancellationRequested)
        {
            batch.Clear();
            while (batch.Count < BatchMax && queue.Reader.TryRead(out OutgoingAlert? alert)) batch.Add(alert);
            await Task.WhenAll(options.Alertmanagers.Select(address => SendAsync(address, batch)));
        }
    }

    private async Task SendAsync(Uri address, List<OutgoingAlert> batch)
    {
        string? problem = await client.SendAsync(address, batch, stop.Token);
        var receiver = new KeyValuePair<string, object?>("receiver", address.Authority);
        if (problem is null)
        {
            sent.Add(batch.Count, receiver);
            return;
        }

        failed.Add(batch.Count, receiver);
        Log.NotSent(logger, batch.Count, address.Authority, problem);
    }

    private static partial class Log
    {
        [LoggerMessage(3220, LogLevel.Warning, "{Count} alerts could not be sent to {Receiver}: {Reason}")]
        public static partial void NotSent(ILogger logger, int count, string receiver, string reason);
    }
}
