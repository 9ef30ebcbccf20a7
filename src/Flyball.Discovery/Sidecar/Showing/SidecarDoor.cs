using System.Text.Json;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Meters;
using Flyball.Contracts.Telemetry.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Showing;

/// <summary><c>/healthz</c>, <c>/status</c> and <c>/metrics</c> of a sidecar.</summary>
internal sealed class SidecarDoor(
    RunningSidecar sidecar, OwnMeters meters, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private const int ConnectionsMax = 100;

    private readonly SemaphoreSlim collecting = new(1, 1);
    private readonly MetricBatch batch = new();
    private WebApplication? app;

    /// <exception cref="SidecarPortException">The address is taken or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (sidecar.Spec.Listen is not { } listen) return;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(listen, one => one.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        app = builder.Build();
        app.Run(HandleAsync);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            throw new SidecarPortException(
                $"listen: {listen} cannot be had: {e.Message} Set listen to another address, or to none.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        collecting.Dispose();
    }

    private Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "text/plain", "GET only\n");
        return context.Request.Path.Value switch
        {
            "/healthz" => HealthAsync(context),
            "/status" => AnswerAsync(context, StatusCodes.Status200OK, "application/json", JsonSerializer.Serialize(
                SidecarStatus.Of(sidecar), SidecarJson.Default.SidecarStatus)),
            "/metrics" => MetricsAsync(context),
            _ => AnswerAsync(
                context, StatusCodes.Status404NotFound, "text/plain", "There are /healthz, /status and /metrics\n"),
        };
    }

    private Task HealthAsync(HttpContext context)
    {
        SidecarStatus status = SidecarStatus.Of(sidecar);
        return status.Ready
            ? AnswerAsync(context, StatusCodes.Status200OK, "text/plain", "ready\n")
            : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "text/plain",
                string.Join('\n', status.Lacks) + "\n");
    }

    private async Task MetricsAsync(HttpContext context)
    {
        string text;
        await collecting.WaitAsync(context.RequestAborted);
        try
        {
            var writer = new SampleWriter();
            writer.Begin(batch, time.GetUtcNow().ToUnixTimeMilliseconds(), wantsDescriptions: true);
            await meters.CollectAsync(writer, context.RequestAborted);
            text = MetricsText.Of(batch);
        }
        finally
        {
            collecting.Release();
        }

        await AnswerAsync(context, StatusCodes.Status200OK, MetricsText.ContentType, text);
    }

    private static Task AnswerAsync(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
