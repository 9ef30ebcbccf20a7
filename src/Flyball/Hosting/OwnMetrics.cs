using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Meters;
using Flyball.Contracts.Telemetry.Reporting;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>What this process measures about itself, and how it reaches the metrics.</summary>
internal static class OwnMetrics
{
    /// <summary>
    /// Reports every meter of this process to the <see cref="ISampleSink"/> there is; to be added after that.
    /// </summary>
    /// <param name="role"><c>server</c>, <c>agent</c> or <c>gateway</c>; a server with all roles is a server.</param>
    /// <param name="instance">Names this process among all of its role.</param>
    public static void AddOwnMetrics(
        this IServiceCollection services, ServerSettings settings, string role, string instance)
    {
        // Made now, before anything is built that counts: a listener sees only what comes after it.
        var meters = new OwnMeters();
        services.AddSingleton(_ => meters);
        services.AddHostedService(p => new Service(
            p.GetRequiredService<OwnMeters>(),
            new SampleReporter(
                p.GetRequiredService<ISampleSink>(), p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILogger<SampleReporter>>()),
            settings.TelemetryInterval,
            [new("job", "flyball"), new("role", role), new("instance", instance)]));
    }

    /// <summary>An agent in a process of its own sends by the stream that it has.</summary>
    public static void AddForwardedSamples(this IServiceCollection services) =>
        services.AddSingleton<ISampleSink, ForwardingSampleSink>();

    /// <summary>A gateway in a process of its own has no telemetry stream yet: this is one.</summary>
    public static void AddTelemetryForwarding(
        this IServiceCollection services, ServerSettings settings, string directory, string source)
    {
        services.AddSingleton(p => new TelemetryForwarder(
            new Spool(
                new SpoolOptions { Directory = directory, DiskBytesMax = settings.TelemetryBufferBytesMax },
                p.GetRequiredService<IDisk>(), p.GetRequiredService<IWorkers>()),
            p.GetRequiredService<ITransport>(),
            new TelemetryForwarderOptions { Source = source },
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<Random>(),
            p.GetRequiredService<ILogger<TelemetryForwarder>>()));
        services.AddHostedService<Forwarding>();
        services.AddForwardedSamples();
    }

    private sealed class Service(
        OwnMeters meters, SampleReporter reporter, TimeSpan interval, MetricLabel[] common) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            reporter.RunAsync(meters, common, interval, stoppingToken);
    }

    private sealed class Forwarding(TelemetryForwarder forwarder) : BackgroundService
    {
        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            await forwarder.OpenAsync(cancellationToken);
            await base.StartAsync(cancellationToken);
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => forwarder.RunAsync(stoppingToken);
    }
}
