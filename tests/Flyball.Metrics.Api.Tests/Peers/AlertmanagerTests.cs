using System.Text.Json;
using Flyball.Metrics.Api.Tests.Rules;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A real Prometheus Alertmanager as the receiver of alerts.</summary>
public sealed class AlertmanagerTests
{
    [Fact]
    public async Task Alert_FiresAndResolves_AlertmanagerShowsIt()
    {
        string directory = Directory.CreateTempSubdirectory("flyball-alertmanager-").FullName;
        string config = Path.Combine(directory, "alertmanager.yml");
        await File.WriteAllTextAsync(config, "route: { receiver: none }\nreceivers: [ { name: none } ]\n");
        string address = $"127.0.0.1:{PeerProcess.FreePort()}";
        await using PeerProcess peer = PeerProcess.Start(
            "prometheus-alertmanager", "--config.file=" + config, "--storage.path=" + directory,
            "--web.listen-address=" + address, "--cluster.listen-address=");
        using var http = new HttpClient { BaseAddress = new Uri("http://" + address) };
        await peer.ReadyAsync(http, "/-/ready");
        // The receiver has a clock of its own, which an end in the future does not convince: ours is a little late.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-2));
        await using RuleWorld world = await RuleWorld.StartAsync(
            """
            groups:
              - name: g
                interval: 15s
                rules:
                  - alert: Loaded
                    expr: load > 5
                    labels: { severity: page }
                    annotations: { summary: "{{ $labels.job }} has {{ $value }}" }
            """,
            options => options with { Alertmanagers = [http.BaseAddress], ExternalUrl = "http://flyball" },
            clock);
        await world.AppendAsync(9, ("__name__", "load"), ("job", "a"));

        await world.EvaluateAsync();

        JsonElement alert = await WaitAsync(http, alerts => alerts.Length == 1);
        Assert.Equal(
            """{"alertname":"Loaded","job":"a","severity":"page"}""", alert.GetProperty("labels").GetRawText());
        Assert.Equal("a has 9", alert.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.StartsWith(
            "http://flyball/graph?", alert.GetProperty("generatorURL").GetString(), StringComparison.Ordinal);
        JsonElement listed = (await world.GetAsync("alertmanagers")).GetProperty("activeAlertmanagers")[0];
        Assert.Equal($"http://{address}/api/v2/alerts", listed.GetProperty("url").GetString());

        await world.AppendAsync(1, ("__name__", "load"), ("job", "a"));
        await world.EvaluateAsync();

        await WaitAsync(http, alerts => alerts.Length == 0);
    }

    private static async Task<JsonElement> WaitAsync(HttpClient http, Func<JsonElement[], bool> isThere)
    {
        JsonElement[] alerts = [];
        await RuleWorld.UntilAsync(async () =>
        {
            using JsonDocument answer = JsonDocument.Parse(await http.GetStringAsync("/api/v2/alerts"));
            alerts = [.. answer.RootElement.EnumerateArray().Select(alert => alert.Clone())];
            return isThere(alerts);
        });
        return alerts.Length > 0 ? alerts[0] : default;
    }
}
