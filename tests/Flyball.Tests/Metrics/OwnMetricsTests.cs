using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>What the platform measures itself, on the real executable: from its sources to a query.</summary>
public sealed partial class OwnMetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] EverySecond = ["--telemetry-interval", "1s"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_WithTheShop_QueryShowsNodeAllocationsGatewayAndTheServicesOwnMetrics()
    {
        string often = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            often, "services: { web: { environment: { OTEL_METRIC_EXPORT_INTERVAL: '1000' } } }", Cancellation);
        await using Platform platform = await Platform.StartAsync(
            commonArguments: EverySecond,
            upFiles: [Path.Combine(Executables.Root, "samples/shop/compose.yaml"), often]);
        await ServeAsync(platform, "shop.localhost");

        await HasAsync(platform, "node_load1", "job=\"node\"", "instance=", "node=");
        await HasAsync(
            platform, "flyball_allocation_cpu_seconds_total{service=\"cart\"} > 0", "project=\"shop\"",
            "workload=\"shop.cart\"", "allocation=", "node=", "version=\"1\"");
        await HasAsync(platform, "flyball_allocation_memory_bytes{workload=\"shop.web\"} > 1e6", "service=\"web\"");
        await HasAsync(platform, "flyball_allocation_healthy == 1", "service=\"catalogue\"");
        await HasAsync(
            platform, "flyball_gateway_requests_total{status=\"2xx\"} > 0", "route=", "upstream=\"shop.web\"");
        await HasAsync(
            platform, "histogram_count(flyball_gateway_request_duration_seconds) > 0", "upstream=\"shop.web\"");
        await HasAsync(platform, "dotnet_gc_collections_total", "role=\"server\"", "job=\"flyball\"");
        await HasAsync(
            platform, "{__name__=\"http_server_request_duration_seconds_count\"} > 0", "workload=\"shop.web\"",
            "project=\"shop\"", "service=\"web\"", "allocation=", "node=", "job=\"shop/web\"");
        await AllDocumentedAsync(platform);
        File.Delete(often);
    }

    [Fact]
    public async Task Server_KilledAndRestarted_SamplesOfTheGapArriveOnce()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true, commonArguments: EverySecond);
        await HasAsync(platform, "node_load1", "job=\"node\"");
        await HasAsync(platform, "dotnet_gc_collections_total{role=\"gateway\"}", "instance=");

        await platform.Server!.KillAsync();
        double killed = Now();
        long buffered = BufferedBytes(platform);
        using var http = new HttpClient();
        using (HttpResponseMessage taken = await http.PostAsync(
            new Uri($"http://127.0.0.1:{platform.OtlpHttpPort}/v1/metrics"), Gap(), Cancellation))
            Assert.True(taken.IsSuccessStatusCode, taken.ToString());
        // A gap of some intervals, in which the agent goes on measuring.
        await Eventually.TrueAsync(
            () => Task.FromResult(Now() > killed + 6 && BufferedBytes(platform) > buffered), Patience,
            () => platform.Agent!.Output);
        double restarted = Now();
        await platform.StartServerAsync();

        await HasAsync(platform, "last_over_time(gap_gauge[1h]) == 42", "node=");
        await HasAsync(platform, $"node_load1 and timestamp(node_load1) > {Text(restarted)}", "job=\"node\"");
        double[] times = await TimesAsync(platform, "node_load1[1h]");
        Assert.True(
            times.Count(time => time > killed && time < restarted) >= 3,
            $"{killed} to {restarted}: {string.Join(' ', times)}");
        Assert.Equal(times.Distinct(), times);
        Assert.Equal(times.Order(), times);
        await Eventually.TrueAsync(
            async () => (await ListAsync(platform, "flyball_telemetry_dropped_total")).All(row => Value(row) == 0),
            Patience, () => platform.Agent!.Output);
    }

    [Fact]
    public async Task Start_WrongTelemetrySettings_NamesEachOfThem()
    {
        await using Running refused = Running.Start(
            Executables.Flyball,
            ["agent", "--telemetry-interval", "10ms", "--telemetry-buffer", "1KB"]);
        await refused.Process.WaitForExitAsync(Cancellation);

        Assert.Equal(2, refused.Process.ExitCode);
        Assert.Contains("--telemetry-interval", refused.Output, StringComparison.Ordinal);
        Assert.Contains("--telemetry-buffer", refused.Output, StringComparison.Ordinal);
    }

    /// <summary>Every metric that the platform writes about itself is in the list for users.</summary>
    private static async Task AllDocumentedAsync(Platform platform)
    {
        string list = await File.ReadAllTextAsync(Path.Combine(Executables.Root, "docs/metrics-own.md"), Cancellation);
        HashSet<string> documented = [.. Name().Matches(list).Select(match => match.Groups[1].Value)];
        JsonElement[] rows = await ListAsync(
            platform, "count by (__name__) ({__name__=~\"flyball_.+|dotnet_.+\", job=~\"flyball|\"})");
        string[] missing =
        [
            .. rows.Select(row => row.GetProperty("metric").GetProperty("__name__").GetString()!)
                .Where(name => !documented.Contains(name)).Order(),
        ];

        Assert.True(missing.Length == 0, "Not in docs/metrics-own.md:\n" + string.Join('\n', missing));
        Assert.True(rows.Length > 40, $"{rows.Length} metrics are too few.");
    }

    /// <summary>Waits until <c>flyball query</c> shows one series with all of these labels.</summary>
    private static async Task HasAsync(Platform platform, string expression, params string[] labels)
    {
        string shown = "";
        await Eventually.TrueAsync(
            async () =>
            {
                if ((await ListAsync(platform, expression)).Length == 0) return false;
                (int code, shown) = await platform.CliAsync("query", expression, "-o", "json");
                return code == 0 && shown.Contains("metric", StringComparison.Ordinal) && Rows(shown).Any(
                    row => labels.All(label => row.Contains(label, StringComparison.Ordinal)));
            },
            Patience,
            () => $"{expression} {string.Join(' ', labels)}\n{shown}\n"
                + platform.Server?.Output + platform.Agent?.Output);
    }

    /// <summary>Each series as <c>name="value"</c> pairs.</summary>
    private static IEnumerable<string> Rows(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement row in document.RootElement.GetProperty("result").EnumerateArray())
        {
            yield return string.Join(
                ' ', row.GetProperty("metric").EnumerateObject().Select(label => $"{label.Name}=\"{label.Value}\""));
        }
    }

    private static async Task ServeAsync(Platform platform, string host)
    {
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/");
                request.Headers.Host = host;
                using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
                return answer.IsSuccessStatusCode;
            },
            Patience, () => platform.Server!.Output, platform.Server);
    }

    private static StringContent Gap() => new(
        $$$"""
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"gap_gauge","gauge":{"dataPoints":[
        {"timeUnixNano":"{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}}000000","asInt":"42"}]}}]}]}]}
        """,
        System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));

    private static long BufferedBytes(Platform platform) => Directory
        .GetFiles(Path.Combine(platform.AgentData, "agent", "telemetry")).Sum(file => new FileInfo(file).Length);

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static string Text(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static double Value(JsonElement row) =>
        double.Parse(row.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);

    private static async Task<double[]> TimesAsync(Platform platform, string selector) =>
    [
        .. (await ListAsync(platform, selector)).Single().GetProperty("values").EnumerateArray()
            .Select(point => point[0].GetDouble()),
    ];

    private static async Task<JsonElement[]> ListAsync(Platform platform, string expression)
    {
        using JsonDocument answer = JsonDocument.Parse(await platform.Api.GetStringAsync(
            $"http://127.0.0.1:{platform.ApiPort}/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(row => row.Clone())];
    }

    [GeneratedRegex("`((?:flyball|dotnet|node)_[a-z0-9_]+)`")]
    private static partial Regex Name();
}
