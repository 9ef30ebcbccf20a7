using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Flyball.Metrics.Api.Tests;
using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Scraping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Ingestion.Tests.Peers;

/// <summary>Debian's node exporter as a target, from its process to a query.</summary>
public sealed class NodeExporterTests
{
    [Fact]
    public async Task Scrape_RealNodeExporter_ItsSamplesAreQueried()
    {
        int port = FreePort();
        using Process exporter = Process.Start(new ProcessStartInfo("prometheus-node-exporter")
        {
            ArgumentList = { $"--web.listen-address=127.0.0.1:{port}" },
            RedirectStandardError = true,
        })!;
        string directory = Directory.CreateTempSubdirectory("flyball-scrape-").FullName;
        try
        {
            string? line;
            do line = await exporter.StandardError.ReadLineAsync();
            while (line is not null && !line.Contains("istening on", StringComparison.Ordinal));
            // What it says from here on is read so that it never blocks on a full pipe.
            Task<string> rest = exporter.StandardError.ReadToEndAsync();
            string file = Path.Combine(directory, "prometheus.yml");
            await File.WriteAllTextAsync(
                file,
                $"scrape_configs:\n  - job_name: node\n    scrape_interval: 1s\n    scrape_timeout: 1s\n"
                + $"    static_configs:\n      - targets: ['127.0.0.1:{port}']\n");
            await using ApiServer server = await ApiServer.StartAsync(
                options => options with { ScrapeConfigFile = file },
                clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(2)));
            await ScrapeOnceAsync(server);
            string answer = await server.Http.GetStringAsync(
                new Uri("/api/v1/query?query=count(node_cpu_seconds_total)", UriKind.Relative));
            Assert.Contains("\"value\"", answer);
            string up = await server.Http.GetStringAsync(new Uri("/api/v1/query?query=up", UriKind.Relative));
            Assert.Contains("\"1\"", up);
            string targets = await server.Http.GetStringAsync(new Uri("/api/v1/targets", UriKind.Relative));
            Assert.Contains("\"health\":\"up\"", targets);
            exporter.Kill();
            await rest;
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Moves the clock in steps much shorter than the timeout until the target has been scraped.</summary>
    private static async Task ScrapeOnceAsync(ApiServer server)
    {
        await server.Services.GetRequiredService<ScrapeService>().ReloadAsync(CancellationToken.None);
        var engine = server.Services.GetRequiredService<ScrapeEngine>();
        var schedule = server.Services.GetRequiredService<Metrics.Scraping.Targets.ScrapeSchedule>();
        for (int step = 0; step < 100 && engine.Active.Single().Health == TargetHealth.Unknown; step++)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await schedule.IdleAsync();
        }

        Assert.Equal("", engine.Active.Single().LastError);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
