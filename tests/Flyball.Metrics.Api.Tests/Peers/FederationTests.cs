using System.Text.Json;
using Flyball.Metrics.Model;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A real Prometheus scrapes <c>/federate</c>.</summary>
public sealed class FederationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly NativeHistogram Exponential = new()
    {
        Schema = 2, Count = 12, Sum = 20.5, ZeroThreshold = 0.001, ZeroCount = 2,
        PositiveSpans = [new BucketSpan(-2, 2), new BucketSpan(3, 1)], PositiveBuckets = [3, 4, 1],
        NegativeSpans = [new BucketSpan(0, 1)], NegativeBuckets = [2],
    };

    private static readonly NativeHistogram Empty = new() { Schema = 0 };

    private static readonly NativeHistogram Gauge = new()
    {
        Schema = 0, Count = 3, Sum = 4, ResetHint = CounterResetHint.Gauge,
        PositiveSpans = [new BucketSpan(1, 1)], PositiveBuckets = [3],
    };

    private static readonly NativeHistogram Custom = new()
    {
        Schema = NativeHistogram.CustomSchema, Count = 6, Sum = 7, CustomBounds = [0.5, 1, 5],
        PositiveSpans = [new BucketSpan(0, 1), new BucketSpan(1, 2)], PositiveBuckets = [1, 2, 3],
    };

    [Fact]
    public async Task Federate_RealPrometheusWithNativeHistograms_GetsThem()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        long nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using ApiServer flyball = await ApiServer.StartAsync(clock: clock);
        await flyball.AppendAsync(batch =>
        {
            foreach ((string name, NativeHistogram histogram) in new[]
            {
                ("exponential", Exponential), ("empty", Empty), ("gauge_histogram", Gauge), ("custom", Custom),
            })
            {
                batch.BeginSeries(Labels.Of(("__name__", name), ("job", "a\"b")));
                batch.Add(nowMs, histogram);
            }

            batch.BeginSeries(Labels.Of(("__name__", "plain"), ("instance", "i"), ("job", "j")));
            batch.Add(nowMs, 1.5);
            batch.BeginSeries(Labels.Of(("__name__", "with.dots"), ("a.b", "c"), ("job", "j")));
            batch.Add(nowMs, 2);
        });
        await using RealPrometheus prometheus = await RealPrometheus.StartAsync(
            $$"""
            scrape_configs:
              - job_name: federation
                scrape_interval: 1s
                honor_labels: true
                metrics_path: /federate
                params: { 'match[]': ['{__name__=~".+"}'] }
                static_configs: [{ targets: ["{{flyball.Http.BaseAddress!.Authority}}"] }]
            """,
            "--enable-feature=native-histograms");
        await WaitAsync(prometheus.Http, "up{job=\"federation\"} == 1");
        foreach (string query in new[]
        {
            "exponential", "empty", "gauge_histogram", "plain", "histogram_quantile(0.5, exponential)",
        })
        {
            Assert.Equal(await AskAsync(flyball.Http, query), await AskAsync(prometheus.Http, query));
        }

        // With protobuf Prometheus 3.5 does not say that it takes all of UTF-8.
        Assert.Equal(
            "[{\"__name__\":\"with_dots\",\"a_b\":\"c\",\"job\":\"j\"}\"2\"]",
            await AskAsync(prometheus.Http, "with_dots"));
        Assert.Equal(
            "[{\"le\":\"+Inf\"}=6,{\"le\":\"0.5\"}=1,{\"le\":\"1.0\"}=1,{\"le\":\"5.0\"}=3]",
            await BucketsAsync(prometheus.Http));
    }

    private static async Task WaitAsync(HttpClient http, string query)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await AskAsync(http, query) == "[]") await Task.Delay(100, patience.Token);
    }

    private static async Task<string> BucketsAsync(HttpClient http)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(
            new Uri("/api/v1/query?query=sum by (le) (custom_bucket)", UriKind.Relative)));
        return "[" + string.Join(',', answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(one => one.GetProperty("metric").GetRawText() + "=" + one.GetProperty("value")[1].GetString())
            .Order(StringComparer.Ordinal)) + "]";
    }

    /// <summary>Labels and values without times, which are those of the question.</summary>
    private static async Task<string> AskAsync(HttpClient http, string query)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["query"] = query });
        using HttpResponseMessage response = await http.PostAsync(new Uri("/api/v1/query", UriKind.Relative), form);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return "[" + string.Join(',', answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(one => one.GetProperty("metric").GetRawText()
                + one.GetProperty(one.TryGetProperty("histogram", out _) ? "histogram" : "value")[1].GetRawText())
            .Order(StringComparer.Ordinal)) + "]";
    }
}
