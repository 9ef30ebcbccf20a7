using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Flyball.Gateway.Bench;

/// <summary>YARP as its documentation sets it up: one route, one cluster, nothing tuned, requests not logged.</summary>
internal static class StockYarp
{
    public static Task ServeAsync(int port, int backendPort)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [
                new RouteConfig
                {
                    RouteId = "web", ClusterId = "back", Match = new RouteMatch { Path = "{**all}" },
                },
            ],
            [
                new ClusterConfig
                {
                    ClusterId = "back",
                    Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
                    {
                        ["one"] = new() { Address = $"http://127.0.0.1:{backendPort}/" },
                    },
                },
            ]);
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        return app.RunAsync($"http://127.0.0.1:{port}");
    }
}
