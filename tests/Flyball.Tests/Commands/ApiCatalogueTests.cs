using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Commands;

/// <summary>
/// The catalogue of APIs on the real executable: one service with a given document and one that serves its own, two
/// versions of each, and a consumer.
/// </summary>
public sealed class ApiCatalogueTests
{
    private const string Before = """
        openapi: 3.1.0
        info: { title: Orders, version: 1.0.0 }
        paths:
          /orders:
            get:
              operationId: listOrders
              parameters: [{ name: page, in: query, schema: { type: integer } }]
              responses: { '200': { description: all of them } }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string After => Before.Replace("1.0.0", "2.0.0", StringComparison.Ordinal)
        .Replace("name: page", "name: after", StringComparison.Ordinal);

    [Fact]
    public async Task TwoVersions_GivenAndFetched_AreShownComparedAndCountedForTheirConsumer()
    {
        await using Platform platform = await Platform.StartAsync(commonArguments: ["--telemetry-interval", "1s"]);
        string served = Path.Combine(platform.Directory, "served");
        Directory.CreateDirectory(served);
        await File.WriteAllTextAsync(Path.Combine(served, "index.html"), "well\n", Cancellation);
        await ApplyAsync(platform, served, Before, release: "1");
        await DocumentedAsync(platform, "t.given", 1);
        await DocumentedAsync(platform, "t.served", 1);
        await ApplyAsync(platform, served, After, release: "2");
        await DocumentedAsync(platform, "t.given", 2);
        await DocumentedAsync(platform, "t.served", 2);

        foreach (string service in new[] { "given", "served" })
        {
            (int fine, string changes) = await platform.CliAsync("api", "diff", service, "1", "2");
            Assert.Equal(0, fine);
            Assert.Contains("1 breaking, 1 compatible, 1 other", changes, StringComparison.Ordinal);
            Assert.Contains(
                "GET /orders does not read the query parameter 'page' any more", changes, StringComparison.Ordinal);
            (int fails, _) = await platform.CliAsync("api", "diff", service, "--fail-on", "breaking");
            Assert.Equal(1, fails);
        }

        await LocalAsync(platform);
        (_, string list) = await platform.CliAsync("api", "ls");
        Assert.Contains("t.served", list, StringComparison.Ordinal);
        (_, string found) = await platform.CliAsync("api", "search", "listorders", "-o", "json");
        Assert.Equal(2, JsonDocument.Parse(found).RootElement.GetProperty("total").GetInt32());
        await BrowseAsync(platform);
        await UseAsync(platform);
    }

    [Fact]
    public async Task Diff_OfFiles_NeedsNoServer()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-api-").FullName;
        string before = Path.Combine(folder, "a.yaml");
        string after = Path.Combine(folder, "b.yaml");
        await File.WriteAllTextAsync(before, Before, Cancellation);
        await File.WriteAllTextAsync(after, After, Cancellation);

        (int code, string text) = await RunAsync("api", "diff", before, after, "--fail-on", "breaking");
        await File.WriteAllTextAsync(after, "openapi: 3.1.0\ninfo: 5", Cancellation);
        (int bad, string fault) = await RunAsync("api", "diff", before, after);

        Assert.Equal((1, 1), (code, bad));
        Assert.Contains("1 breaking", text, StringComparison.Ordinal);
        Assert.Contains($"{after}: line 2, column 7, #/info: must be an object", fault, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task ApplyAsync(Platform platform, string served, string document, string release)
    {
        await File.WriteAllTextAsync(Path.Combine(platform.Directory, "openapi.yaml"), document, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(served, "openapi.json"), document, Cancellation);
        string service = $$"""
                x-driver: process
                working_dir: {{served}}
                command: ["busybox", "httpd", "-f", "-p", "127.0.0.1:$$PORT", "-h", "{{served}}"]
                labels: { release: "{{release}}" }
                deploy: { update_config: { monitor: 100ms } }
                healthcheck: { test: ["HTTP", "/index.html"], interval: 1s, start_period: 20s }
            """;
        await platform.ApplyAsync($$"""
            name: t
            services:
              given:
            {{service}}
                x-api: { openapi: ./openapi.yaml }
                x-route: { host: {{ComposeText.Host}}, auth: { keys: true } }
              served:
            {{service}}
                x-api: { path: /openapi.json }
            """);
    }

    private static Task DocumentedAsync(Platform platform, string workload, int version) =>
        Eventually.TrueAsync(
            async () => (await platform.Api.GetAsync($"apis/{workload}/versions/{version}", Cancellation))
                .IsSuccessStatusCode,
            Patience, () => platform.Server!.Output, platform.Server);

    /// <summary>What runs against a file, as a pipeline asks before it applies.</summary>
    private static async Task LocalAsync(Platform platform)
    {
        string next = Path.Combine(platform.Directory, "next.yaml");
        await File.WriteAllTextAsync(next, Before, Cancellation);
        (int code, string text) = await platform.CliAsync("api", "diff", "given", next, "--fail-on", "breaking");
        Assert.Equal(1, code);
        Assert.Contains("the query parameter 'after'", text, StringComparison.Ordinal);
    }

    /// <summary>As a browser: it is asked for the token, and a page from elsewhere cannot use it.</summary>
    private static async Task BrowseAsync(Platform platform)
    {
        using var browser = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{platform.ApiPort}") };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using HttpResponseMessage asked = await browser.GetAsync("/apis", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Equal("Basic", asked.Headers.WwwAuthenticate.Single().Scheme);
        string token = (await File.ReadAllTextAsync(
            Path.Combine(platform.ServerData, "admin.token"), Cancellation)).Trim();
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + token)));

        string page = await browser.GetStringAsync("/apis/t.given", Cancellation);
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using HttpResponseMessage foreign = await browser.PostAsync(
            "/api/flyball/v1/workloads/t.given/stop", null, Cancellation);

        Assert.Contains("listOrders", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, foreign.StatusCode);
    }

    private static async Task UseAsync(Platform platform)
    {
        (int added, string key) = await platform.CliAsync("consumer", "add", "mobile-app");
        Assert.Equal(0, added);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{platform.GatewayPort}") };
        http.DefaultRequestHeaders.Host = ComposeText.Host;
        http.DefaultRequestHeaders.Add("X-Api-Key", key.Trim());
        await Eventually.TrueAsync(
            async () => (await http.GetAsync("/index.html", Cancellation)).IsSuccessStatusCode, Patience,
            () => platform.Server!.Output, platform.Server);
        for (int i = 0; i < 6; i++) using (await http.GetAsync("/index.html", Cancellation)) { }
        using (await http.GetAsync("/nothing", Cancellation)) { }

        var row = (JsonElement)await Eventually.GetAsync<object>(
            async () =>
            {
                (int code, string text) = await platform.CliAsync("consumer", "usage", "mobile-app", "-o", "json");
                if (code != 0) return null;
                using JsonDocument answer = JsonDocument.Parse(text);
                JsonElement[] rows = [.. answer.RootElement.GetProperty("rows").EnumerateArray()];
                return rows.Length == 1 && rows[0].GetProperty("requests").GetInt64() >= 8 ? rows[0].Clone() : null;
            },
            Patience, () => Task.FromResult(platform.Server!.Output), platform.Server);

        Assert.Equal("t.given", row.GetProperty("workload").GetString());
        Assert.Equal(7, row.GetProperty("byStatus").GetProperty("2xx").GetInt64());
        Assert.Equal(1, row.GetProperty("byStatus").GetProperty("4xx").GetInt64());
        Assert.True(row.GetProperty("sentBytes").GetInt64() >= 7 * 5);
        Assert.True(row.TryGetProperty("lastSeen", out _));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using Running command = Running.Start(Executables.Flyball, arguments);
        await command.Process.WaitForExitAsync(Cancellation);
        command.Process.WaitForExit();
        return (command.Process.ExitCode, command.Output);
    }
}
