using System.Net;
using System.Text;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Api.Tests.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Hosting;

/// <summary>What agents and gateways kept while the server was away, hours behind everybody else.</summary>
public sealed class GapTests
{
    private const long NowMs = 1_699_992_000_000;
    private const long OldMs = NowMs - (5 * 3_600_000);

    [Fact]
    public async Task Write_OldSamplesOfUnknownSeries_AreTakenFromThePlatformOnly()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            clock: new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(NowMs)));
        await new RemoteWriteMessage().Add([("__name__", "others")], (NowMs, 1)).SendAsync(server.Http);

        var batch = new MetricBatch();
        batch.BeginSeries(new MetricLabel("__name__", "of_agent"));
        batch.Add(OldMs, 1);
        SinkAnswer own = await server.Services.GetRequiredService<ISampleSink>().WriteAsync(batch, default);
        Assert.Equal((1, 0), (own.Accepted, own.Refused.Count));
        SinkAnswer passedOn = await server.Services.GetRequiredService<IOtlpSink>().WriteAsync(
            new OtlpMetrics(Encoding.UTF8.GetBytes(Otlp("of_service")), true, []), default);
        Assert.Equal((1, 0), (passedOn.Accepted, passedOn.Refused.Count));

        using HttpResponseMessage written = await new RemoteWriteMessage()
            .Add([("__name__", "of_stranger")], (OldMs, 1))
            .PostAsync(server.Http, new Uri("/api/v1/write", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, written.StatusCode);
        using var content = new StringContent(Otlp("of_stranger"), Encoding.UTF8, "application/json");
        using HttpResponseMessage sent = await server.Http.PostAsync(
            new Uri("/api/v1/otlp/v1/metrics", UriKind.Relative), content);
        Assert.Contains("TooOld", await sent.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        string found = await server.Http.GetStringAsync(
            new Uri("/api/v1/query?query=count by (__name__) (last_over_time({__name__=~\"of_.*\"}[6h]))",
                UriKind.Relative));
        Assert.Contains("of_agent", found, StringComparison.Ordinal);
        Assert.Contains("of_service", found, StringComparison.Ordinal);
        Assert.DoesNotContain("of_stranger", found, StringComparison.Ordinal);
    }

    private static string Otlp(string name) =>
        """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"NAME","gauge":{"dataPoints":[
        {"timeUnixNano":"TIME","asDouble":1}]}}]}]}]}
        """.Replace("NAME", name).Replace("TIME", $"{OldMs}000000");
}
