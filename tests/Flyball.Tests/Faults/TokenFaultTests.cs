using System.Net;
using System.Net.Http.Headers;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>Tokens that are lost, leaked or wrong: it is told, and there is a way out.</summary>
public sealed class TokenFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Server_AdminTokenIsLost_RunsAndTellsHowToMakeANewOne()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.Server!.StopAsync();
        File.Delete(Path.Combine(platform.ServerData, "admin.token"));

        await using Running server = Running.Start(Executables.Flyball,
            ["server", "--data", platform.ServerData, "--api-listen", $"127.0.0.1:{platform.ApiPort}",
                "--control-listen", $"127.0.0.1:{platform.ControlPort}"]);
        using var http = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await http.GetAsync(
                $"http://127.0.0.1:{platform.ApiPort}/api/flyball/v1/version", TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, Patience, () => server.Output, server);

        Assert.Contains($"flyball token rotate admin --data {platform.ServerData}", server.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_Admin_TheNewTokenIsLetInAndTheOldOneIsNot()
    {
        await using Platform platform = await Platform.StartAsync();
        string file = Path.Combine(platform.ServerData, "admin.token");
        string old = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
        (int whileItRuns, string refusal) = await platform.CliAsync("token", "rotate", "admin");
        await platform.Server!.StopAsync();
        File.Delete(file);

        (int code, string output) = await platform.CliAsync("token", "rotate", "admin");
        Assert.True(code == 0, output);
        await platform.StartServerAsync();

        Assert.True(whileItRuns == 1 && refusal.Contains("in use", StringComparison.Ordinal), refusal);
        Assert.Equal(0, (await platform.CliAsync("ps")).ExitCode);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", old);
        using HttpResponseMessage answer = await http.GetAsync(
            $"http://127.0.0.1:{platform.ApiPort}/api/flyball/v1/version", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("gateway")]
    public async Task Role_JoinsWithAWrongToken_EndsAndSaysSo(string role)
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        string file = Path.Combine(platform.Directory, "wrong.token");
        await File.WriteAllTextAsync(file, "fly_wrong\n", TestContext.Current.CancellationToken);
        string[] doors = role == "agent"
            ? ["--docker-socket", "none", "--otlp-grpc-listen", "none", "--otlp-http-listen", "none"]
            : ["--gateway-listen", $"127.0.0.1:{Ports.Next()}", "--gateway-tls-listen", "none"];

        await using Running joining = Running.Start(Executables.Flyball,
            [role, "--data", Path.Combine(platform.Directory, "joining"), "--server",
                $"http://127.0.0.1:{platform.ControlPort}", "--join-token-file", file, .. doors]);
        await joining.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        joining.Process.WaitForExit();

        Assert.Equal(1, joining.Process.ExitCode);
        Assert.Contains(
            $"The server at http://127.0.0.1:{platform.ControlPort} refuses the join token ({file})", joining.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_TheTokenIsRotatedAfterItJoined_GoesOnAndSaysSo()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Shell("exec sleep 100000"));
        Instance task = (await platform.WaitForAsync("t.web", 1))[0];
        await platform.Server!.StopAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(platform.Agent!.Output.Contains(
                $"The server at http://127.0.0.1:{platform.ControlPort} does not answer", StringComparison.Ordinal)),
            Patience, () => platform.Agent!.Output, platform.Agent);
        (int code, string output) = await platform.CliAsync("token", "rotate", "join");
        Assert.True(code == 0, output);
        await platform.StartServerAsync();

        await Eventually.TrueAsync(
            () => Task.FromResult(
                platform.Agent!.Output.Contains("refuses the join token", StringComparison.Ordinal)),
            Patience, () => platform.Agent!.Output, platform.Agent);
        Assert.True(Directory.Exists($"/proc/{task.Handle}"));
    }
}
