using System.Net;
using Flyball.Discovery.Etcd;
using Flyball.Discovery.Parking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Consul;

/// <summary>
/// The HTTP doors of discovery, on a server of their own: their thousands of waiting clients do not take connections
/// from the API.
/// </summary>
internal sealed class HttpDoors(
    DiscoveryOptions options, ConsulApplication consul, EtcdApplication etcd, BlockingQueries blocking,
    DoorTransport transport, ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    private WebApplication? app;

    /// <exception cref="IOException">An address is taken or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Consul is null && options.EtcdKeys is null) return;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        // The last one that is added is the one that is asked.
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        app = builder.Build();
        int? etcdPort = options.EtcdKeys?.Port;
        app.Run(context => context.Connection.LocalPort == etcdPort
            ? etcd.HandleAsync(context) : consul.HandleAsync(context));
        await app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        blocking.End();
        if (app is not null) await app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // The routes refuse what is over their bound with an answer; Kestrel cuts off who goes on sending all the same.
        kestrel.Limits.MaxRequestBodySize = 4L * ConsulExchange.BodyBytesMax;
        foreach (IPEndPoint? door in new[] { options.Consul, options.EtcdKeys })
        {
            if (door is not null) kestrel.Listen(door, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }
}
