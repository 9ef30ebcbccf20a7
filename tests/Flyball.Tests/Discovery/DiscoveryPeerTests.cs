using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Discovery;

/// <summary>Existing clients, unmodified, against the real executable.</summary>
public sealed class DiscoveryPeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// By VictoriaMetrics' agent: Debian builds Prometheus without its Consul client, and this one asks the same
    /// paths for the same labels.
    /// </summary>
    [Fact]
    public async Task ConsulSd_OfAScraper_FollowsWhatIsRegistered()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        await doors.RegisterAsync("web", "web1", 9001, ""","Tags":["a","b"],"Meta":{"team":"x"}""");
        string folder = Directory.CreateTempSubdirectory("flyball-scraper-").FullName;
        int port = Ports.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "scrape.yml"), $$"""
            scrape_configs:
              - job_name: consul
                consul_sd_configs: [ { server: "127.0.0.1:{{doors.ConsulPort}}" } ]
            """);
        await using Running scraper = Running.Start(Executables.Peer("victoria-metrics/usr/bin/vmagent"),
            [$"-promscrape.config={folder}/scrape.yml", $"-remoteWrite.tmpDataPath={folder}/data",
                "-remoteWrite.url=http://127.0.0.1:1/", "-promscrape.consulSDCheckInterval=1s",
                $"-httpListenAddr=127.0.0.1:{port}"]);
        JsonElement[] targets = await TargetsAsync(port, scraper, targets => targets.Length == 1);
        JsonElement labels = targets[0].GetProperty("discoveredLabels");
        Assert.Equal("127.0.0.1:9001", labels.GetProperty("__address__").GetString());
        Assert.Equal(",a,b,", labels.GetProperty("__meta_consul_tags").GetString());
        Assert.Equal("x", labels.GetProperty("__meta_consul_service_metadata_team").GetString());
        Assert.Equal("dc1", labels.GetProperty("__meta_consul_dc").GetString());

        // It waits now: both changes come to it by themselves.
        await doors.RegisterAsync("web", "web2", 9002);
        await TargetsAsync(port, scraper, targets => targets.Length == 2);
        await doors.PutAsync("agent/service/deregister/web1");
        targets = await TargetsAsync(port, scraper, targets => targets.Length == 1);
        Assert.Equal(
            "127.0.0.1:9002", targets[0].GetProperty("discoveredLabels").GetProperty("__address__").GetString());
        await scraper.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task PythonClient_OfConsul_RegistersWaitsLocksAndReads()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        await using Running client = Running.Start(
            "/usr/bin/python3",
            [Path.Combine(AppContext.BaseDirectory, "Discovery", "consul_client.py"), $"{doors.ConsulPort}"]);
        await client.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        client.Process.WaitForExit();
        Assert.Equal((0, ""), (client.Process.ExitCode, client.Output));
    }

    [Fact]
    public async Task HAProxy_ServerTemplateOverSrv_BalancesOverWhatPasses()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        string folder = Directory.CreateTempSubdirectory("flyball-haproxy-").FullName;
        int[] ports = [Ports.Next(), Ports.Next()];
        await using Running one = Httpd(folder, "one", ports[0]);
        await using Running two = Httpd(folder, "two", ports[1]);
        for (int i = 0; i < 2; i++)
            await doors.RegisterAsync(
                "web", $"web{i}", ports[i], $$""","Check":{"CheckID":"c{{i}}","TTL":"1h","Status":"passing"}""");
        int port = Ports.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.cfg"), $"""
            defaults
              mode http
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            resolvers flyball
              nameserver dns 127.0.0.1:{doors.DnsPort}
              accepted_payload_size 8192
              hold valid 200ms
              hold obsolete 200ms
              timeout resolve 200ms
              timeout retry 200ms
            frontend in
              bind 127.0.0.1:{port}
              default_backend web
            backend web
              balance roundrobin
              default-server resolvers flyball resolve-prefer ipv4 init-addr none check inter 200ms
              server-template web 4 _web._tcp.service.consul

            """);
        await using Running haproxy = Running.Start("/usr/sbin/haproxy", ["-f", $"{folder}/haproxy.cfg"]);
        await AnswersAsync(port, haproxy, ["one", "two"]);
        await doors.PutAsync("agent/check/fail/c0");
        await AnswersAsync(port, haproxy, ["two"]);
        await doors.PutAsync("agent/check/pass/c0");
        await AnswersAsync(port, haproxy, ["one", "two"]);
    }

    [Fact]
    public async Task Dig_EveryForm_IsAnswered()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        for (int i = 1; i <= 40; i++)
        {
            await doors.PutAsync("agent/service/register",
                $$"""{"Name":"api","ID":"api{{i}}","Address":"10.0.0.{{i}}","Port":{{8000 + i}},"Tags":["t{{i}}"]}""");
        }

        Assert.Equal("10.0.0.7", (await doors.DigAsync("+short", "t7.api.service.dc1.consul")).Trim());
        Assert.Equal("1 1 8007 0a000007.addr.dc1.consul.",
            (await doors.DigAsync("+short", "SRV", "_api._t7.service.consul")).Trim());
        Assert.Equal("api.service.dc1.consul.", (await doors.DigAsync("+short", "-x", "10.0.0.7")).Trim());
        Assert.Equal("ns.consul.", (await doors.DigAsync("+short", "NS", "consul")).Trim());
        Assert.Contains("status: NXDOMAIN", await doors.DigAsync("nix.service.consul"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await doors.DigAsync("example.com"), StringComparison.Ordinal);
        string cut = await doors.DigAsync("+noedns", "+ignore", "SRV", "api.service.consul");
        Assert.Contains("flags: qr aa tc rd", cut, StringComparison.Ordinal);
        // Without +ignore it asks again by TCP.
        Assert.Equal(40, (await doors.DigAsync("+noedns", "+short", "SRV", "api.service.consul")).Split('\n')
            .Count(line => line.StartsWith("1 1", StringComparison.Ordinal)));
        Assert.DoesNotContain("Warning: Message parser reports malformed", cut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registrations_KillOfTheServer_AreAllThereAfterwards()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        await doors.RegisterAsync("web", "web1", 9001, ""","Check":{"CheckID":"c","TTL":"1h"}""");
        await doors.PutAsync("agent/check/pass/c");
        await doors.PutAsync("kv/a/b", "kept");
        await doors.PutAsync("session/create", """{"Name":"s"}""");
        await doors.Platform.Server!.KillAsync();
        await doors.Platform.StartServerAsync();

        Assert.Equal(1, (await doors.GetAsync("health/service/web?passing")).GetArrayLength());
        Assert.Equal("a2VwdA==", (await doors.GetAsync("kv/a/b"))[0].GetProperty("Value").GetString());
        Assert.Equal(1, (await doors.GetAsync("session/list")).GetArrayLength());
        Assert.Equal("127.0.0.1", (await doors.DigAsync("+short", "web.service.consul")).Trim());
    }

    [Fact]
    public async Task Gateway_RouteToARegisteredService_IsServedAndFollowsItsCheck()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        string folder = Directory.CreateTempSubdirectory("flyball-upstream-").FullName;
        int port = Ports.Next();
        await using Running httpd = Httpd(folder, "outside", port);
        // The route comes with a project; its service is the one that an outside client registers beside it.
        await doors.Platform.ApplyAsync(ComposeText.Quick(Path.Combine(folder, "outside"), 1));
        JsonElement before = await doors.GetAsync("health/service/t.web?passing");
        Assert.Equal(1, before.GetArrayLength());
        await doors.RegisterAsync(
            "t.web", "beside", port, ""","Check":{"CheckID":"c","TTL":"1h","Status":"passing"}""");
        Assert.Equal(2, (await doors.GetAsync("health/service/t.web?passing")).GetArrayLength());
        await doors.Platform.CliAsync("stop", "web", "--wait");

        using var client = new HttpClient();
        await Eventually.TrueAsync(async () => await StatusAsync(client, doors) == 200, Patience, () => "200");
        await doors.PutAsync("agent/check/fail/c");
        await Eventually.TrueAsync(async () => await StatusAsync(client, doors) == 503, Patience, () => "503");
    }

    private static async Task<int> StatusAsync(HttpClient client, DiscoveryPlatform doors)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"http://127.0.0.1:{doors.Platform.GatewayPort}/index.html");
        request.Headers.Host = ComposeText.Host;
        using HttpResponseMessage answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static Running Httpd(string folder, string name, int port)
    {
        string root = Path.Combine(folder, name);
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, "index.html"), name);
        return Running.Start("busybox", ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", root]);
    }

    /// <summary>Until the last answers came from these and from no other.</summary>
    private static async Task AnswersAsync(int port, Running proxy, string[] expected)
    {
        using var client = new HttpClient();
        var seen = new Queue<string>();
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/index.html"));
            seen.Enqueue(
                answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"{answer.StatusCode}");
            if (seen.Count > 8) seen.Dequeue();
            return seen.Count == 8 && seen.Distinct().Order().SequenceEqual(expected);
        }, Patience, () => string.Join(' ', seen) + proxy.Output, proxy);
    }

    private static async Task<JsonElement[]> TargetsAsync(
        int port, Running scraper, Func<JsonElement[], bool> expected)
    {
        using var client = new HttpClient();
        return await Eventually.GetAsync(async () =>
        {
            using JsonDocument document = JsonDocument.Parse(
                await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v1/targets?state=active")));
            JsonElement[] targets =
                [.. document.RootElement.Clone().GetProperty("data").GetProperty("activeTargets").EnumerateArray()];
            return expected(targets) ? targets : null;
        }, Patience, () => Task.FromResult(scraper.Output), scraper);
    }
}
