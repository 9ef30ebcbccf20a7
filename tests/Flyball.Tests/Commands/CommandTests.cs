using Flyball.Tests.Harness;

namespace Flyball.Tests.Commands;

/// <summary>Client commands as people use and misuse them.</summary>
public sealed class CommandTests
{
    private const string Stubborn = """
          slow:
            x-driver: process
            command: ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]
            stop_grace_period: 2s
        """;

    [Fact]
    public async Task Apply_AServiceIsGoneFromTheFile_WaitEnds()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 1, more: Stubborn));

        await platform.ApplyAsync(ComposeText.Web(replicas: 1));

        Assert.Single(await platform.ListAsync("workloads"));
    }

    [Fact]
    public async Task Stop_TaskThatIgnoresTheSignal_WaitEndsWhenItIsGone()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 0, more: Stubborn));
        await platform.WaitForAsync("t.slow", 1);

        (int code, string output) = await platform.CliAsync("stop", "slow", "--wait");

        Assert.True(code == 0, output);
        Assert.Empty(await platform.RunningAsync("t.slow"));
        (_, string why) = await platform.CliAsync("why", "slow");
        Assert.Contains("is stopped", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_ShortIdsAndUnknownOnes_AreAnsweredAlike()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 0, more: Stubborn));
        Instance slow = (await platform.WaitForAsync("t.slow", 1))[0];

        (int logs, string lines) = await platform.CliAsync("logs", slow.Id[^8..]);
        (int unknown, string refusal) = await platform.CliAsync("logs", "nope");
        (int project, string nothing) = await platform.CliAsync("ps", "nope");
        (int mistyped, string option) = await platform.CliAsync("rm", "slow", "--dry-run");

        (int half, _) = await platform.CliAsync("scale", "web=1", "nope=3");

        Assert.Equal((0, 5), (logs, half));
        Assert.Empty(await platform.RunningAsync("t.web"));
        Assert.Contains("ready", lines, StringComparison.Ordinal);
        Assert.Equal((5, 5, 2), (unknown, project, mistyped));
        Assert.Contains("no workload and no allocation 'nope'", refusal, StringComparison.Ordinal);
        Assert.Contains("'nope'", nothing, StringComparison.Ordinal);
        Assert.Contains("--dry-run", option, StringComparison.Ordinal);
        Assert.Equal(2, (await platform.ListAsync("workloads")).Length);
    }

    [Theory]
    [InlineData(1, "backup", "/nonexistent/x")]
    [InlineData(1, "doctor", "--bundle", "/nonexistent/a.tgz")]
    [InlineData(2, "ps", "--api", "ftp://x")]
    [InlineData(2, "ps", "--token", "a\nb")]
    public async Task Command_CannotBeDone_SaysSoInALine(int expected, params string[] line)
    {
        await using Platform platform = await Platform.StartAsync();

        (int code, string output) = await platform.CliAsync(line);

        Assert.True(code == expected, output);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
