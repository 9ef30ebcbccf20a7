using Flyball.Metrics.Rules.Notifying;
using Microsoft.Extensions.Hosting;

namespace Flyball.Metrics.Rules;

/// <summary>
/// Starts the rules with the server, looks for changed files, and stops both before the store closes.
/// </summary>
internal sealed class RuleService(MetricsOptions options, RuleEngine engine, AlertNotifier notifier, TimeProvider time)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task watching = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        notifier.Start();
        // A mistake in a rule file must not keep the platform from starting: it is logged and shown in the API, and the
        // files are read again when they change.
        await engine.ReloadAsync(onlyIfChanged: false);
        if (options.RuleFiles.Count > 0) watching = WatchAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await watching;
        await engine.StopAsync();
        await notifier.StopAsync();
    }

    public void Dispose() => stop.Dispose();

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(options.RuleReloadInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token)) await engine.ReloadAsync(onlyIfChanged: true);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }
}
