using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>Takes alerts as an Alertmanager does and keeps them; the real one is met in the platform's tests.</summary>
internal sealed class FakeAlertmanager : IAsyncDisposable
{
    private readonly List<JsonElement> alerts = [];
    private readonly WebApplication app;

    private FakeAlertmanager(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>What it answers; 200 unless told otherwise.</summary>
    public int Status { get; set; } = 200;

    public JsonElement[] Alerts
    {
        get
        {
            lock (alerts) return [.. alerts];
        }
    }

    public static async Task<FakeAlertmanager> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var manager = new FakeAlertmanager(builder.Build());
        manager.app.Run(manager.TakeAsync);
        await manager.app.StartAsync();
        return manager;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        Assert.Equal("/api/v2/alerts", context.Request.Path);
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        lock (alerts) alerts.AddRange(body.RootElement.EnumerateArray().Select(alert => alert.Clone()));
        context.Response.StatusCode = Status;
    }
}
