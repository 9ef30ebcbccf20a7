using Flyball.Tests.Harness;

namespace Flyball.Tests.Docker;

/// <summary>Containers on a real engine, by the real executable.</summary>
public sealed class DockerTests : IAsyncLifetime
{
    private DockerEngine engine = null!;

    public async ValueTask InitializeAsync() => engine = await DockerEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Shop_InContainers_AnswersThroughTheGateway()
    {
        await using Platform platform = await Platform.StartAsync(dockerSocket: engine.Socket);
        string file = Path.Combine(Executables.Root, "samples/shop/compose.docker.yaml");
        await using (Running apply = Running.Start(
            Executables.Flyball, ["apply", "-f", file, "--wait", "--data", platform.ServerData],
            environment: ("SHOP_BASE", DockerEngine.BaseImage)))
        {
            await apply.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
            apply.Process.WaitForExit();
            Assert.True(apply.Process.ExitCode == 0, apply.Output + platform.Server!.Output);
        }

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/");
        request.Headers.Host = "shop.localhost";
        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("Flyball governor",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(4, (await engine.RunningAsync()).Length);
    }

    [Fact]
    public async Task Server_KilledAndRestarted_ContainersKeepTheirIds()
    {
        await using Platform platform = await Platform.StartAsync(dockerSocket: engine.Socket);
        await platform.ApplyAsync(Sleepers(3));
        Instance[] before = await platform.WaitForAsync("t.web", 3);
        string[] containers = [.. (await engine.RunningAsync()).Order(StringComparer.Ordinal)];

        await platform.Server!.KillAsync();
        await platform.StartServerAsync();

        Instance[] after = await platform.WaitForAsync("t.web", 3);
        Assert.Equal(before.Select(instance => (instance.Id, instance.Handle)).Order(),
            after.Select(instance => (instance.Id, instance.Handle)).Order());
        Assert.Equal(containers, (await engine.RunningAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Image_DoesNotExist_WhySaysSoAndTheRestRuns()
    {
        await using Platform platform = await Platform.StartAsync(dockerSocket: engine.Socket);
        await platform.ApplyAsync(
            Sleepers(1) + "  ghost:\n    image: flyball-test/no-such-image:1\n    pull_policy: never\n", wait: false);

        await platform.WaitForAsync("t.web", 1);
        string said = "";
        await Eventually.TrueAsync(
            async () => (said = (await platform.CliAsync("why", "ghost")).Output)
                .Contains("no-such-image", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), () => said + platform.Server!.Output);
    }

    [Fact]
    public async Task Container_ByDefault_IsLockedDownAndFindsItsNeighbourByName()
    {
        await using Platform platform = await Platform.StartAsync(dockerSocket: engine.Socket);
        await platform.ApplyAsync($$"""
            name: t
            services:
              web:
                image: {{DockerEngine.BaseImage}}
                command: ["sh", "-c", "echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp"]
                expose: ["80"]
                healthcheck: { test: ["TCP"], interval: 1s, start_period: 20s }
              client:
                image: {{DockerEngine.BaseImage}}
                command: ["sleep", "100000"]
            """);

        (int code, string output) =
            await platform.CliAsync(
            "exec", "client", "--", "sh", "-c", "wget -q -O - http://web/index.html; cat /proc/self/status");

        Assert.True(code == 0, output + platform.Server!.Output);
        Assert.Contains("hello", output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_SendsTelemetry_ReachesTheAgentsDoorOnItsNetwork()
    {
        await using Platform platform = await Platform.StartAsync(dockerSocket: engine.Socket);
        await platform.ApplyAsync(Sleepers(1));

        (int code, string output) = await platform.CliAsync("exec", "web", "--", "sh", "-c",
            "wget -q -O - --header 'Content-Type: application/json' --post-data '{\"resourceLogs\":[]}' "
                + $"${{OTEL_EXPORTER_OTLP_ENDPOINT%:*}}:{platform.OtlpHttpPort}/v1/logs");

        Assert.True(code == 0, output + platform.Server!.Output);
        Assert.Equal("{}", output.Trim());
    }

    private static string Sleepers(int replicas) => $$"""
        name: t
        services:
          web:
            image: {{DockerEngine.BaseImage}}
            command: ["sleep", "100000"]
            deploy: { replicas: {{replicas}} }

        """;
}
