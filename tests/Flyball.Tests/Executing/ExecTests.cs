using Flyball.Tests.Harness;

namespace Flyball.Tests.Executing;

/// <summary><c>flyball exec</c> as a person uses it: on a real terminal, and with what goes wrong.</summary>
public sealed class ExecTests
{
    [Fact]
    public async Task Exec_OnATerminal_IsTheOtherSidesTerminal()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Shell("exec sleep 100000"));
        await using PtyRun exec = PtyRun.Start(
            100, 40, Executables.Flyball, ["exec", "web", "--", "/bin/sh", "-c", "echo begun; exec /bin/sh"],
            ("FLYBALL_DATA", platform.ServerData));
        string before = await SettingsAsync(exec);
        await exec.WaitForAsync("begun\r\n");

        await exec.TypeAsync("echo a$((1+1))b\r");
        await exec.WaitForAsync("a2b\r\n");
        Assert.Equal(2, exec.Shown.Split("echo a").Length);

        await exec.TypeAsync("stty size\r");
        await exec.WaitForAsync("40 100\r\n");
        exec.Resize(120, 50);
        await exec.TypeAsync("until [ \"$(stty size)\" = '50 120' ]; do sleep 0.05; done; echo re''sized\r");
        await exec.WaitForAsync("resized\r\n");

        await exec.TypeAsync("echo wa''iting; sleep 1000\r");
        await exec.WaitForAsync("waiting\r\n");
        await exec.TypeAsync("\u0003");
        await exec.TypeAsync("exit 7\r");
        await exec.Program.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(exec.Program.Process.ExitCode == 7, exec.Shown + exec.Program.Output);
        Assert.Equal(before, await SettingsAsync(exec));
    }

    [Theory]
    [InlineData("nosuch", "nosuch: not found", 127)]
    [InlineData("/etc/passwd", "/etc/passwd: not executable", 126)]
    public async Task Exec_CommandCannotBeStarted_SaysSoAsAShellDoes(string command, string words, int code)
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Shell("exec sleep 100000"));

        (int exit, string output) = await platform.CliAsync("exec", "web", "--", command);

        Assert.Equal((code, words), (exit, output.Trim()));
        string audit = "";
        await Eventually.TrueAsync(
            async () => (audit = (await platform.CliAsync("events", "--table", "audit", "-o", "json")).Output)
                .Contains($"{command}: exit {code}", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30), () => audit);
        Assert.Contains("failed", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_NodeIsAway_NamesTheNode()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Shell("exec sleep 100000"));
        string id = (await platform.WaitForAsync("t.web", 1))[0].Id;
        await platform.Agent!.DisposeAsync();
        await Eventually.TrueAsync(
            async () => (await platform.ListAsync("nodes"))
                .All(node => node.GetProperty("state").GetString()!.ToLowerInvariant() != "ready"),
            TimeSpan.FromSeconds(30), () => platform.Server!.Output);

        (int exit, string output) = await platform.CliAsync("exec", id, "--", "true");

        Assert.Equal(1, exit);
        Assert.Contains($"The node {System.Net.Dns.GetHostName()}", output, StringComparison.Ordinal);
        Assert.Contains("is away", output, StringComparison.Ordinal);
    }

    private static async Task<string> SettingsAsync(PtyRun run)
    {
        await using Running stty = Running.Start("stty", ["-F", run.Path, "-g"]);
        await stty.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        stty.Process.WaitForExit();
        return stty.Output;
    }
}
