using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A real Prometheus 3 sends what it scrapes, by both versions of remote write.</summary>
public sealed class RemoteWriteTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("prometheus.WriteRequest"), InlineData("io.prometheus.write.v2.Request")]
    public async Task Write_RealPrometheus_ItsSamplesAreQueried(string message)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using ApiServer flyball = await ApiServer.StartAsync(clock: clock);
        // Nothing listens on port 1: that the target is down is a sample as well.
        string config = $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: nobody
                static_configs: [{ targets: ["127.0.0.1:1"] }]
            remote_write:
              - url: {{new Uri(flyball.Http.BaseAddress!, "/api/v1/write")}}
                protobuf_message: {{message}}
                queue_config: { batch_send_deadline: 100ms }
            """;
        await using RealPrometheus prometheus = await RealPrometheus.StartAsync(config);
        using var patience = new CancellationTokenSource(Patience);
        long count = 0;
        while (count < 3)
        {
            await Task.Delay(100, patience.Token);
            clock.SetUtcNow(TimeProvider.System.GetUtcNow());
            string text = await flyball.Http.GetStringAsync(
                new Uri("/api/v1/query?query=count_over_time(up{job='nobody'}[5m])", UriKind.Relative), patience.Token);
            using var answer = JsonDocument.Parse(text);
            JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
            if (result.GetArrayLength() > 0)
                count = long.Parse(result[0].GetProperty("value")[1].GetString()!, null);
        }

        string sent = await prometheus.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), patience.Token);
        string[] failures = [.. sent.Split('\n').Where(line =>
            line.StartsWith("prometheus_remote_storage_samples_failed_total", StringComparison.Ordinal))];
        Assert.All(failures, line => Assert.EndsWith(" 0", line));
        Assert.NotEmpty(failures);
    }
}
