using System.Net;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.Certificates;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Tests.Tls;
using Flyball.Gateway.Tls;
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

    private readonly Way way;

    private GatewayUnderTest(
        Way way, Func<GatewayOptions, GatewayOptions>? configure, CertificateOptions? certificates,
        IActivation? activation)
    {
        this.way = way;
        Store = new MemoryStore(TimeProvider.System);
        var options = new GatewayOptions
        {
            Addresses = ["127.0.0.1:0"], DataDirectory = directory, FastPath = way.HasLoops(),
            Tls = way.IsSecure() ? Secure() : new TlsOptions(),
        };
        Options = configure is null ? options : configure(options);
        IServiceCollection all = new ServiceCollection()
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
            .AddGateway(Options);
        if (activation is not null) all.AddSingleton(activation);
        if (certificates is not null) all.AddCertificates(certificates);
        services = all.BuildServiceProvider();
        services.GetRequiredService<InProcessTransport>().Handle(
            StreamMethods.GatewayControl,
            services.GetRequiredService<IStreamHandler<GatewayMessage, GatewayServerMessage>>());
    }

    public MemoryStore Store { get; }

    public GatewayOptions Options { get; }

    public RoutingTable Table => Get<RoutingTable>();

    public string Address { get; private set; } = "";

    /// <summary>Where clients connect, on the way that is under test.</summary>
    public int Port => new Uri(Address).Port;

    /// <summary>Of the door without TLS.</summary>
    public int PlainPort => new Uri(Get<GatewayServer>().Addresses[0]).Port;

    /// <summary>Of the TLS door, where there is one.</summary>
    public int TlsPort => new Uri(Get<GatewayServer>().Addresses.Single(
        address => address.StartsWith("https:", StringComparison.Ordinal))).Port;

    public HttpClient Client { get; } = new(NewHandler());

    public static SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        return handler;
    }

    /// <param name="fast">Over the event loops, or over Kestrel and YARP alone.</param>
    /// <param name="configure">Changes to the options.</param>
    /// <param name="certificates">The server's side of TLS; null for none.</param>
    /// <param name="activation">Who is told what is asked for; null for nobody.</param>
    public static Task<GatewayUnderTest> StartAsync(
        bool fast, Func<GatewayOptions, GatewayOptions>? configure = null, CertificateOptions? certificates = null,
        IActivation? activation = null) =>
        StartAsync(fast ? Way.Loops : Way.Kestrel, configure, certificates, activation);

    public static async Task<GatewayUnderTest> StartAsync(
        Way way, Func<GatewayOptions, GatewayOptions>? configure = null, CertificateOptions? certificates = null,
        IActivation? activation = null)
    {
        var gateway = new GatewayUnderTest(way, configure, certificates, activation);
        foreach (IHostedService service in gateway.services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        gateway.Address = gateway.Get<GatewayServer>().Addresses.First(
            address => address.StartsWith(way.Scheme() + ":", StringComparison.Ordinal));
        gateway.Client.BaseAddress = new Uri(gateway.Address);
        return gateway;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Port, way.IsSecure());

    /// <summary>Sends exact bytes and returns all that comes back until the connection closes.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        using RawConnection connection = await ConnectAsync();
        await connection.SendAsync(request);
        return await connection.RestAsync();
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>
    /// Routes every host and path to the service, unless told otherwise, and waits until that is in force.
    /// </summary>
    public Task RouteAsync(string name = "web", Func<Route, Route>? change = null)
    {
        var route = new Route { Service = "shop.web", Timeout = TimeSpan.FromSeconds(10) };
        if (change is not null) route = change(route);
        // Only the other path does this, and it changes no answer of these tests.
        if (way == Way.Tunnel) route = route with { Cors = new RouteCors { Origins = ["https://nowhere.test"] } };
        return PutAsync(Kinds.Route, name, route);
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
        await Until.HoldsAsync(() => Table.Applied >= result.Revision);
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

    private TlsOptions Secure()
    {
        string files = Directory.CreateDirectory(Path.Combine(directory, "tls")).FullName;
        using var authority = new TestCertificates();
        foreach (string host in new[] { RawConnection.HostOverTls, "shop.localhost" })
        {
            (string chain, string key) = authority.Server(host);
            File.WriteAllText(Path.Combine(files, host + ".crt"), chain);
            File.WriteAllText(Path.Combine(files, host + ".key"), key);
        }

        return new TlsOptions
        {
            Addresses = ["127.0.0.1:0"], Directory = files, DefaultHost = RawConnection.HostOverTls,
        };
    }
}
