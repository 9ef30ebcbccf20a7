using System.Diagnostics;
using System.Net;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Store.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Bench;

/// <summary>
/// A service gets its first endpoint while a client asks for it: the time from before the commit to the end of the
/// first answer by the new endpoint.
/// </summary>
internal static class FirstRequest
{
    private const int Rounds = 500;

    public static async Task RunAsync()
    {
        string directory = Directory.CreateTempSubdirectory("flyball-bench-").FullName;
        await using WebApplication backend = await BackendAsync();
        int backendPort = new Uri(backend.Urls.Single()).Port;
        (IHost host, MemoryStore store) = await GatewayHost.StartAsync(18_080, directory);
        await store.CommitAsync(GatewayHost.Route());
        using var client = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:18080") };
        var times = new List<double>();
        for (int i = 0; i < Rounds; i++)
        {
            using (HttpResponseMessage none = await client.GetAsync("/"))
                if (none.StatusCode != HttpStatusCode.ServiceUnavailable)
                    throw new InvalidOperationException($"{none.StatusCode} without endpoints.");
            long start = Stopwatch.GetTimestamp();
            await store.CommitAsync(GatewayHost.Endpoint("a" + i, backendPort));
            while (true)
            {
                using HttpResponseMessage answer = await client.GetAsync("/");
                if (answer.StatusCode == HttpStatusCode.OK) break;
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await store.CommitAsync(new StoreTransaction().Delete(Kinds.Endpoint.Key($"a{i}.http")));
            while ((await client.GetAsync("/")).StatusCode == HttpStatusCode.OK)
            {
            }
        }

        double first = times[0];
        times.Sort();
        Console.WriteLine($"commit -> first answer, {Rounds} rounds: p50 {times[Rounds / 2]:n2} ms, "
            + $"p99 {times[Rounds * 99 / 100]:n2} ms, max {times[^1]:n2} ms (the first, cold: {first:n1} ms)");
        await host.StopAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<WebApplication> BackendAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ok"));
        await app.StartAsync();
        return app;
    }
}
