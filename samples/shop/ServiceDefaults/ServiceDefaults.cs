using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Shop.ServiceDefaults;

/// <summary>What every service of the shop does alike: telemetry, health, and finding its neighbours.</summary>
public static class ServiceDefaults
{
    /// <summary>
    /// A slim web application with OpenTelemetry. Where the telemetry goes, and the service's name, come from the usual
    /// <c>OTEL_*</c> environment, which the platform sets; without it nothing is exported.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation())
            .WithMetrics(metrics =>
                metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }) telemetry.UseOtlpExporter();
        return builder;
    }

    /// <summary>An <see cref="HttpClient"/> for a neighbour, by the name it has in the Compose file.</summary>
    public static void AddNeighbour(this WebApplicationBuilder builder, string service)
    {
        // In processes the platform gives the address; in containers the name resolves on the project's network.
        string address = builder.Configuration[$"services:{service}:http:0"] ?? $"http://{service}:8080";
        builder.Services.AddHttpClient(service, client =>
        {
            client.BaseAddress = new Uri(address);
            client.Timeout = TimeSpan.FromSeconds(5);
        });
    }

    /// <summary>The health path that the Compose file names, and an answer that tells instances apart.</summary>
    public static void MapDefaults(this WebApplication app)
    {
        string instance = app.Configuration["FLYBALL_ALLOCATION"] ?? Environment.MachineName;
        // A service that fills caches before it serves: so long after its start it is not healthy yet.
        double warmUpSeconds = app.Configuration.GetValue<double>("SHOP_WARMUP_SECONDS");
        long startedAt = TimeProvider.System.GetTimestamp();
        app.MapGet("/healthz", () => TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds >= warmUpSeconds
            ? Results.Text("ok")
            : Results.Text("warming up", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/instance", () => Results.Text(instance));
    }

    private static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder metrics) =>
        metrics.AddMeter("System.Runtime");
}
