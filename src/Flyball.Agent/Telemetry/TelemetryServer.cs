using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// The agent's telemetry doors: a small server of its own, open before the first task starts and until the last has
/// stopped, whether or not the Flyball server can be reached.
/// </summary>
internal sealed class TelemetryServer(AgentOptions options, OtlpIntake intake, ILoggerFactory logs)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? app;

    /// <summary>The addresses that were opened, as URLs; gRPC first.</summary>
    public IReadOnlyCollection<string> Addresses { get; private set; } = [];

    /// <exception cref="IOException">An address is taken or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.OtlpGrpc is null && options.OtlpHttp is null) return;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        app = builder.Build();
        app.UseRouting();
        new TelemetryRoutes(intake).Map(app);
        await app.StartAsync(cancellationToken);
        Addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    public Task StopAsync(CancellationToken cancellationToken) => app?.StopAsync(cancellationToken)
        ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.OtlpConnectionsMax;
        // The routes refuse what is over their bound with an answer; Kestrel cuts off who goes on sending all the same.
        kestrel.Limits.MaxRequestBodySize = 2 * TelemetryRoutes.BodyBytesMax;
        Listen(kestrel, options.OtlpGrpc, HttpProtocols.Http2);
        Listen(kestrel, options.OtlpHttp, HttpProtocols.Http1);
    }

    private static void Listen(KestrelServerOptions kestrel, IPEndPoint? door, HttpProtocols protocols)
    {
        if (door is not null) kestrel.Listen(door, listen => listen.Protocols = protocols);
    }
}
