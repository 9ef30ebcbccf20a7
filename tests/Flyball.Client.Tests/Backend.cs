using System.Net;
using Flyball.Discovery.Tests.Doors;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Client.Tests;

/// <summary>A service that says who it is: by HTTP, and by gRPC (its health of <c>who.NAME</c>).</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication app;
    private int calls;

    private Backend(WebApplication app, IPEndPoint door)
    {
        this.app = app;
        Door = door;
    }

    public IPEndPoint Door { get; }

    /// <summary>Requests that came here.</summary>
    public int Calls => Volatile.Read(ref calls);

    public static async Task<Backend> StartAsync(string name, bool isGrpc = false)
    {
        IPEndPoint door = DoorHost.Free();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        var health = new HealthServiceImpl();
        health.SetStatus("who", HealthCheckResponse.Types.ServingStatus.Serving);
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(health);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            door, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        WebApplication app = builder.Build();
        var backend = new Backend(app, door);
        app.Use((context, next) =>
        {
            Interlocked.Increment(ref backend.calls);
            return next(context);
        });
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGet("/", () => name);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    public Task RegisterAsync(DoorHost catalogue, string service, string id) => catalogue.PutAsync(
        "agent/service/register", $$"""
        {"Name":"{{service}}","ID":"{{id}}","Address":"{{Door.Address}}","Port":{{Door.Port}},
        "Check":{"CheckID":"c-{{id}}","TTL":"1h","Status":"passing"} }
        """);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
