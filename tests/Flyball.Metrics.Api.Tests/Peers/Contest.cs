using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>Flyball and a real Prometheus 3 that get the same samples and the same queries.</summary>
internal sealed class Contest : IAsyncDisposable
{
    /// <summary>Samples are this far apart, and there are so many of a series.</summary>
    public const int IntervalMs = 15_000;
    public const int Steps = 240;

    private readonly RealPrometheus prometheus;
    private readonly ApiServer flyball;

    private Contest(RealPrometheus prometheus, ApiServer flyball, long startMs) =>
        (this.prometheus, this.flyball, StartMs) = (prometheus, flyball, startMs);

    /// <summary>When the samples begin: two hours ago.</summary>
    public long StartMs { get; }

    /// <param name="more">Further arguments for Prometheus.</param>
    public static async Task<Contest> StartAsync(params IEnumerable<string> more)
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        RealPrometheus prometheus = await RealPrometheus.StartAsync("", more);
        ApiServer flyball = await ApiServer.StartAsync(
            clock: new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)));
        return new Contest(prometheus, flyball, (nowMs / 60_000 * 60_000) - 7_200_000);
    }

    public async Task SendAsync(RemoteWriteMessage samples)
    {
        await samples.SendAsync(prometheus.Http);
        await samples.SendAsync(flyball.Http);
    }

    /// <summary>Asks each query at one time and over a range; every answer must be that of Prometheus.</summary>
    /// <param name="queries">What to ask.</param>
    /// <param name="isExcused">Whether a pair of answers may differ.</param>
    /// <returns>How many answers of Prometheus had series.</returns>
    public async Task<int> CompareAsync(
        IEnumerable<string> queries, Func<Answer, Answer, bool>? isExcused = null)
    {
        var differences = new List<string>();
        int nonEmpty = 0;
        foreach (string query in queries)
        {
            foreach (string path in new[] { "query", "query_range" })
            {
                Answer expected = await AskAsync(prometheus.Http, path, query);
                Answer actual = await AskAsync(flyball.Http, path, query);
                if (isExcused?.Invoke(expected, actual) == true) continue;
                if (expected.Series.Count > 0) nonEmpty++;
                if (expected.DifferenceFrom(actual) is { } difference) differences.Add($"{path} {query}: {difference}");
            }
        }

        Assert.True(
            differences.Count == 0, $"{differences.Count} differences\n" + string.Join('\n', differences.Take(30)));
        return nonEmpty;
    }

    public async ValueTask DisposeAsync()
    {
        await flyball.DisposeAsync();
        await prometheus.DisposeAsync();
    }

    private async Task<Answer> AskAsync(HttpClient http, string path, string query)
    {
        Dictionary<string, string> form = new() { ["query"] = query };
        if (path == "query") form["time"] = Seconds(StartMs + 1_803_000);
        else
        {
            form["start"] = Seconds(StartMs - 60_000);
            form["end"] = Seconds(StartMs + (Steps * (long)IntervalMs) + 600_000);
            form["step"] = "47";
        }

        using var content = new FormUrlEncodedContent(form);
        using HttpResponseMessage response = await http.PostAsync("/api/v1/" + path, content);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return Answer.Read((int)response.StatusCode, document.RootElement);
    }

    private static string Seconds(long ms) => (ms / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
