using System.Net;
using System.Net.Sockets;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>What users get wrong: each has a clear answer, and nothing else is disturbed by it.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task Apply_BadComposeFile_NamesFileLineAndNearestKeyAndChangesNothing()
    {
        await using Platform platform = await Platform.StartAsync();
        string file = Path.Combine(platform.Directory, "bad.yaml");
        await File.WriteAllTextAsync(
            file, "name: t\nservices:\n  web:\n    image: x\n    enviroment: { A: b }\n    ports: [\"99999:80\"]\n",
            TestContext.Current.CancellationToken);

        (int code, string output) = await platform.CliAsync("apply", "-f", file);

        Assert.Equal(1, code);
        Assert.Contains("bad.yaml:5", output, StringComparison.Ordinal);
        Assert.Contains("environment", output, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:6", output, StringComparison.Ordinal);
        Assert.Empty(await platform.ListAsync("workloads"));
    }

    [Fact]
    public async Task Workload_CommandExitsAtOnce_ShowsACrashLoopAndDisturbsNobody()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        Instance before = (await platform.WaitForAsync("t.web", 1))[0];

        string bad = """
              crash:
                x-driver: process
                command: ["sh", "-c", "echo going down; exit 7"]
              missing:
                x-driver: process
                command: ["no-such-program-anywhere"]
            """;
        await platform.ApplyAsync(ComposeText.Web(replicas: 1, more: bad), wait: false);

        await WhySaysAsync(platform, "crash", "exit code 7");
        await WhySaysAsync(platform, "missing", "no-such-program-anywhere");
        await Eventually.TrueAsync(
            async () => (await platform.ListAsync("allocations")).Select(Instance.From)
                .Any(instance => instance is { Workload: "t.crash", CrashLooping: true }),
            TimeSpan.FromSeconds(30), () => platform.Server!.Output);
        Assert.Equal(before.Handle, (await platform.WaitForAsync("t.web", 1))[0].Handle);
    }

    [Fact]
    public async Task Workload_FixedPortIsTaken_WhySaysSo()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        int port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        await using Platform platform = await Platform.StartAsync();

        await platform.ApplyAsync($$"""
            name: t
            services:
              web:
                x-driver: process
                command: ["sleep", "1000"]
                ports: ["127.0.0.1:{{port}}:80"]
            """, wait: false);

        await WhySaysAsync(platform, "web", port.ToString());
    }

    [Fact]
    public async Task Server_PortIsTaken_SaysWhichSettingAndEnds()
    {
        await using Platform platform = await Platform.StartAsync();
        await using Running second = Running.Start(Executables.Flyball,
            ["server", "--data", Path.Combine(platform.Directory, "second"), "--api-listen",
                $"127.0.0.1:{platform.ApiPort}",
                "--control-listen", $"127.0.0.1:{Ports.Next()}"]);
        await second.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        second.Process.WaitForExit();

        Assert.NotEqual(0, second.Process.ExitCode);
        Assert.Contains("--api-listen", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_DataDirectoryIsInUse_SaysSoAndEnds()
    {
        await using Platform platform = await Platform.StartAsync();
        await using Running second = Running.Start(Executables.Flyball,
            ["server", "--data", platform.ServerData, "--api-listen", $"127.0.0.1:{Ports.Next()}", "--control-listen",
                $"127.0.0.1:{Ports.Next()}"]);
        await second.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        second.Process.WaitForExit();

        Assert.NotEqual(0, second.Process.ExitCode);
        Assert.Contains("in use", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_OversizedBody_IsRefusedWith413()
    {
        await using Platform platform = await Platform.StartAsync();
        using var content = new ByteArrayContent(new byte[64 * 1024 * 1024]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "apply") { Content = content };
        // Asked first, the server answers before the body is sent.
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await platform.Api.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.True(
            (await platform.Api.GetAsync("version", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Api_NoTokenOrAWrongOne_IsRefused()
    {
        await using Platform platform = await Platform.StartAsync();
        using var stranger = new HttpClient { BaseAddress = platform.Api.BaseAddress };

        Assert.Equal(HttpStatusCode.Unauthorized,
            (await stranger.GetAsync("workloads", TestContext.Current.CancellationToken)).StatusCode);
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", "fly_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await stranger.GetAsync("workloads", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Change_ByAnyone_IsInTheAuditLog()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        await platform.CliAsync("scale", "web=2");

        (int code, string audit) = await platform.CliAsync("events", "--table", "audit");
        Assert.Equal(0, code);
        Assert.Contains("apply", audit, StringComparison.Ordinal);
        Assert.Contains("scale", audit, StringComparison.Ordinal);
        Assert.Contains("admin", audit, StringComparison.Ordinal);
    }

    private static Task WhySaysAsync(Platform platform, string workload, string words)
    {
        string said = "";
        return Eventually.TrueAsync(
            async () =>
            {
                (_, said) = await platform.CliAsync("why", workload);
                return said.Contains(words, StringComparison.OrdinalIgnoreCase);
            },
            TimeSpan.FromSeconds(30), () => $"why said: {said}\n{platform.Server!.Output}");
    }
}
