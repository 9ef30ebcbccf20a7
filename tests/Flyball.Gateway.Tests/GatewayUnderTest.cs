using System.Net;
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
using Flyball.Gateway.Routing;
using Flyball.Gateway.Serving;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flyball.Gateway.Tests;

/// <summary>
/// A whole gateway on a free port, with a store in memory and the server's session in the same process.
/// </summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-gateway-").FullName;
    private readonly ServiceProvider services;

    private GatewayUnderTest(bool fast, Func<GatewayOptions, GatewayOptions>? configure)
    {
        Store = new MemoryStore(TimeProvider.System);
        var options = new GatewayOptions { Addresses = ["127.0.0.1:0"], DataDirectory = directory, FastPath = fast };
        Options = configure is null ? options : configure(options);
        services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new Random(7))
            .AddSingleton(provider => new IdSource(TimeProvider.System, new Random()))
            .AddSingleton<IDisk>(PhysicalDisk.Instance)
            .AddSingleton<IWorkers>(PoolWorkers.Instance)
            .AddSingleton<IResourceStore>(Store)
            .AddSingleton<IResourceReader>(Store)
            .AddSingleton<InProcessTransport>()
            .AddSingleton<ITransport>(provider => provider.GetRequiredService<InProcessTransport>())
            .AddGatewaySessions(new GatewaySessionOptions())
            .AddGateway(Options)
            .BuildServiceProvider();
        services.GetRequiredService<InProcessTransport>().Handle(
            StreamMethods.GatewayControl,
            services.GetRequiredService<IStreamHandler<GatewayMessage, GatewayServerMessage>>());
    }

    public MemoryStore Store { get; }

    public GatewayOptions Options { get; }

    public RoutingTable Table => Get<RoutingTable>();

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    public HttpClient Client { get; } =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <param name="fast">Over the event loops, or over Kestrel and YARP alone.</param>
    /// <param name="configure">Changes to the options.</param>
    public static async Task<GatewayUnderTest> StartAsync(
        bool fast, Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var gateway = new GatewayUnderTest(fast, configure);
        foreach (IHostedService service in gateway.services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        gateway.Address = gateway.Get<GatewayServer>().Addresses[0];
        gateway.Client.BaseAddress = new Uri(gateway.Address);
        return gateway;
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>
    /// Routes every host and path to the service, unless told otherwise, and waits until that is in force.
    /// </summary>
    public Task RouteAsync(string name = "web", Func<Route, Route>? change = null)
    {
        var route = new Route { Service = "shop.web", Timeout = TimeSpan.FromSeconds(10) };
        return PutAsync(Kinds.Route, name, change is null ? route : change(route));
    }

    public Task EndpointAsync(
        string allocation, IPEndPoint at, HealthState health = HealthState.Passing, bool draining = false,
        string service = "shop.web") =>
        PutAsync(Kinds.Endpoint, allocation + ".http", new Endpoint
        {
            Service = service, Port = "http", Allocation = allocation, Version = 1, Node = "n", Health = health,
            Address = at.Address.ToString(), PortNumber = at.Port, Draining = draining,
        });

    public Task RemoveAsync(string allocation) =>
        CommitAsync(new StoreTransaction().Delete(Kinds.Endpoint.Key(allocation + ".http")));

    public Task PutAsync<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        CommitAsync(new StoreTransaction().Put(kind, name, value));

    /// <summary>Commits, and returns when the gateway has applied it.</summary>
    public async Task CommitAsync(StoreTransaction transaction)
    {
        CommitResult result = await Store.CommitAsync(transaction);
        Assert.True(result.IsCommitted);
        while (Table.Applied < result.Revision) await Task.Yield();
    }

    /// <summary>Stops the gateway role; the server's side goes on.</summary>
    public Task StopRoleAsync() =>
        services.GetServices<IHostedService>().OfType<GatewayRole>().Single().StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (IHostedService service in services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        Store.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
