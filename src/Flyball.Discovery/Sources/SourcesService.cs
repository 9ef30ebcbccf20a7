using System.Net.Sockets;
using System.Text.Json;
using Flyball.Base.Work;
using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sources;

/// <summary>Runs the sources with the host, each for itself, and begins anew where one fails.</summary>
internal sealed class SourcesService : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly DiscoveryOptions options;
    private readonly Registrar registrar;
    private readonly DiscoveryMetrics metrics;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly (DiscoverySourceOptions Source, SourceKeeper Keeper)[] sources;

    public SourcesService(
        DiscoveryOptions options, Registrar registrar, DiscoveryMetrics metrics, TimeProvider time, Random random,
        ILogger<SourcesService> logger)
    {
        this.options = options;
        this.registrar = registrar;
        this.metrics = metrics;
        this.time = time;
        this.random = random;
        sources = [.. options.Sources.Select(
            source => (source, new SourceKeeper(source, options, registrar, time, logger)))];
        metrics.ShowSources(Statuses);
    }

    public IEnumerable<SourceStatus> Statuses() => sources.Select(one => one.Keeper.Status);

    public override void Dispose()
    {
        foreach ((_, SourceKeeper keeper) in sources) keeper.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ForgetRemovedAsync(stoppingToken);
            await Task.WhenAll(sources.Select(one => KeepAsync(one.Source, one.Keeper, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>A source that is not set any more takes its endpoints with it.</summary>
    private async ValueTask ForgetRemovedAsync(CancellationToken cancellation)
    {
        HashSet<string> nodes = [.. sources.Select(one => one.Keeper.Node)];
        string[] gone =
        [
            .. registrar.List(one => one.Meta?.ContainsKey(SourceKeeper.SourceKey) == true
                    && one.Node == SourceKeeper.NodeOf(one.Meta[SourceKeeper.SourceKey]) && !nodes.Contains(one.Node))
                .Select(one => one.Node).Distinct().Order(StringComparer.Ordinal),
        ];
        foreach (string node in gone)
        {
            await registrar.RemoveNodeAsync(
                node, new Caller("discovery", "").Audit("source-removed", node), cancellation);
        }
    }

    private async Task KeepAsync(DiscoverySourceOptions spec, SourceKeeper keeper, CancellationToken cancellation)
    {
        await keeper.BeginAsync(cancellation);
        TimeSpan pause = FirstPause;
        while (true)
        {
            long? answered = keeper.Status.AnsweredUnixMs;
            try
            {
                using ISource source = Open(spec);
                await source.RunAsync(keeper, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && Failure(e) is { } failure)
            {
                keeper.Failed(failure);
                metrics.SourceFailed(spec.Name, failure.IsAway);
            }

            if (keeper.Status.AnsweredUnixMs != answered) pause = FirstPause;
            await Pause.ForAsync(pause * (0.75 + (random.NextDouble() / 2)), time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private ISource Open(DiscoverySourceOptions spec) => spec.Address.Scheme switch
    {
        "dns" => new DnsSource(spec, options, time, random),
        "consul" or "consuls" => new ConsulSource(spec, options, time),
        "zookeeper" => new ZooKeeperSource(spec, options, time),
        _ => new EtcdSource(spec, options, time),
    };

    private static SourceException? Failure(Exception e) => e switch
    {
        SourceException failure => failure,
        HttpRequestException or IOException or SocketException or UnauthorizedAccessException =>
            SourceException.Away(e.InnerException?.Message ?? e.Message, e),
        OperationCanceledException => SourceException.Away("it does not answer in time", e),
        JsonException or FormatException or InvalidOperationException =>
            SourceException.Wrong($"its answer makes no sense: {e.Message}", e),
        _ => null,
    };
}
