using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Scaling;

/// <summary>The ring on the real executable: load at the gateway moves the replicas, and one can ask why.</summary>
public sealed class ScalingTests
{
    private const string Policy =
        """
            x-scale:
              min: 1
              max: 3
              target: { requests_per_second: 20 }
              behaviour: { down: { window: 3s } }
        """;

    // Everything quicker than it is by default, so that the ring turns while somebody waits.
    private static readonly string[] Quickly =
        ["--telemetry-interval", "1s", "--scale-interval", "1s", "--scale-window", "5s"];

    [Fact]
    public async Task Target_LoadComesAndGoes_ScalesOutAndBackAndSaysWhy()
    {
        await using Platform platform = await Platform.StartAsync(extraArguments: Quickly);
        await platform.ApplyAsync(ComposeText.Web(replicas: 1, more: Policy));
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products", connections: 2);
        await platform.WaitForAsync("t.web", 3);
        LoadReport report = await load.StopAsync();
        Assert.True(report is { Failed: 0, Requests: > 0 }, report.Text + platform.Server!.Output);
        await platform.WaitForAsync("t.web", 1);

        (int code, string why) = await platform.CliAsync("why", "web");
        Assert.True(code == 0, why);
        Assert.Contains("x-scale: act, 1 to 3 replicas", why, StringComparison.Ordinal);
        Assert.Contains("to 3. target requests_per_second 20 a replica, which is at", why, StringComparison.Ordinal);
        Assert.Matches(@"scale: scaled from \d to 1\.", why);
        using JsonDocument scaling = JsonDocument.Parse(await platform.Api.GetStringAsync("scaling/web"));
        Assert.Equal(1, scaling.RootElement.GetProperty("wanted").GetInt32());
        (code, string advice) = await platform.CliAsync("advise", "web", "--range", "1h");
        Assert.True(code == 0, advice);
        Assert.Contains("t.web", advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hand_BesideAPolicy_WinsForAsLongAsItIsPinned()
    {
        await using Platform platform = await Platform.StartAsync(extraArguments: Quickly);
        await platform.ApplyAsync(ComposeText.Web(replicas: 1, more: Policy));
        Assert.Equal(0, (await platform.CliAsync("scale", "web=4", "--pin", "1h")).ExitCode);
        await platform.WaitForAsync("t.web", 4);
        await Eventually.TrueAsync(
            async () => (await platform.CliAsync("why", "web")).Output.Contains(
                "scale: stays at 4 against 1: set by hand until", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), () => platform.Server!.Output);

        Assert.Equal(0, (await platform.CliAsync("scale", "web=4", "--pin", "1s")).ExitCode);
        await platform.WaitForAsync("t.web", 1);
    }
}
