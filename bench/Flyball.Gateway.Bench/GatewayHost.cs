using System.Diagnostics.Metrics;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Tls;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Bench;

/// <summary>The gateway as its role runs it, over a store in memory.</summary>
internal static class GatewayHost
{
    private static long counted;

    public static async Task<(IHost Host, MemoryStore Store)> StartAsync(
        int port, string directory, bool logs = false, string? certificates = null)
    {
        var store = new MemoryStore(TimeProvider.System);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new Random(7))
            .AddSingleton(new IdSource(TimeProvider.System, new Random()))
            .AddSingleton<IDisk>(PhysicalDisk.Instance)
            .AddSingleton<IWorkers>(PoolWorkers.Instance)
            .AddSingleton<IResourceStore>(store)
            .AddSingleton<IResourceReader>(store)
            .AddSingleton<InProcessTransport>()
            .AddSingleton<ITransport>(provider => provider.GetRequiredService<InProcessTransport>())
            .AddGatewaySessions(new GatewaySessionOptions())
            .AddGateway(new GatewayOptions
            {
                Addresses = [certificates is null ? $"127.0.0.1:{port}" : "127.0.0.1:0"],
                Tls = certificates is null
                    ? new TlsOptions()
                    : new TlsOptions { Addresses = [$"127.0.0.1:{port}"], Directory = certificates },
                DataDirectory = directory,
                AccessLog = logs
                    ? new AccessLogOptions
                    {
                        Format = AccessLogOptions.LineFormat.Combined, Path = Path.Combine(directory, "access.log"),
                    }
                    : new AccessLogOptions(),
            });
        IHost host = builder.Build();
        host.Services.GetRequiredService<InProcessTransport>().Handle(
            StreamMethods.GatewayControl,
            host.Services.GetRequiredService<IStreamHandler<GatewayMessage, GatewayServerMessage>>());
        await host.StartAsync();
        return (host, store);
    }

    public static StoreTransaction Endpoint(string allocation, int port) => new StoreTransaction().Put(
        Kinds.Endpoint, allocation + ".http", new Endpoint
        {
            Service = "shop.web", Port = "http", Allocation = allocation, Version = 1, Node = "n",
            Address = "127.0.0.1",
            PortNumber = port, Health = HealthState.Passing,
        });

    /// <param name="changesHeader">It adds a header, which the loops do not do: Kestrel serves it.</param>
    public static StoreTransaction Route(bool changesHeader = false) =>
        new StoreTransaction().Put(Kinds.Route, "web", new Route
        {
            Service = "shop.web",
            Rewrite = changesHeader
                ? new RouteRewrite
                {
                    Request = new HeaderChanges { Set = [new HeaderValue { Name = "X-Changed", Value = "yes" }] },
                }
                : null,
        });

    /// <summary>Forwards everything to one back end until it is told to stop.</summary>
    public static async Task ServeAsync(
        int port, int backendPort, string directory, bool fast, bool logs, string? certificates)
    {
        // A listener as the exporter of the gateway's metrics is one: without any, instruments cost nothing.
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Flyball.Gateway") self.EnableMeasurementEvents(instrument, null);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => Interlocked.Increment(ref counted));
        listener.Start();
        (IHost host, MemoryStore store) = await StartAsync(port, directory, logs, certificates);
        await store.CommitAsync(Route(changesHeader: !fast));
        await store.CommitAsync(Endpoint("a1", backendPort));
        await host.WaitForShutdownAsync();
    }
}
