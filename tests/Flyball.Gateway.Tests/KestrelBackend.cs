using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tests;

/// <summary>A real ASP.NET Core back end on a free port.</summary>
internal sealed class KestrelBackend : IAsyncDisposable
{
    private readonly WebApplication app;
    private int requests;

    private KestrelBackend(WebApplication app) => this.app = app;

    public int Requests => Volatile.Read(ref requests);

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public static Task<KestrelBackend> StartAsync(
        RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1) =>
        StartAsync(app => app.Run(answer), protocols);

    public static async Task<KestrelBackend> StartAsync(
        Action<WebApplication> map, HttpProtocols protocols, Action<IServiceCollection>? add = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        add?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        var backend = new KestrelBackend(app);
        app.Use(next => context =>
        {
            Interlocked.Increment(ref backend.requests);
            return next(context);
        });
        map(app);
        await app.StartAsync();
        backend.Address = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
