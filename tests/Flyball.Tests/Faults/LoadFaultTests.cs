using System.Diagnostics;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>
/// Under load through the gateway, something happens to the instances: no idempotent request may fail.
/// </summary>
public sealed class LoadFaultTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gateway_InstancesAreKilled_NoRequestFails()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web());
        await platform.WaitForAsync("t.web", 2);
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products");

        for (int round = 0; round < 3; round++)
        {
            Instance victim = (await platform.WaitForAsync("t.web", 2))[round % 2];
            int before = victim.Restarts;
            using (var process = Process.GetProcessById(victim.ProcessId)) process.Kill();
            await platform.WaitForAsync("t.web", 2, instance => instance.Id != victim.Id || instance.Restarts > before);
        }

        await AssertNoneFailedAsync(load, platform);
    }

    [Fact]
    public async Task Gateway_ScaledUpAndDown_NoRequestFails()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web());
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products");

        foreach (int replicas in new[] { 6, 2 })
        {
            (int code, string output) = await platform.CliAsync("scale", $"web={replicas}");
            Assert.True(code == 0, output);
            await platform.WaitForAsync("t.web", replicas);
        }

        await AssertNoneFailedAsync(load, platform);
    }

    [Fact]
    public async Task Gateway_NewVersionRollsOut_NoRequestFails()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 3));
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products");

        await platform.ApplyAsync(ComposeText.Web(replicas: 3, version: "2"));
        Instance[] now = await platform.WaitForAsync("t.web", 3, instance => instance.Version == 2);

        Assert.Equal(3, now.Length);
        await AssertNoneFailedAsync(load, platform);
    }

    [Fact]
    public async Task Gateway_BrokenVersionRollsOut_IsRolledBackAndNoRequestFails()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 3));
        int[] before = [.. (await platform.WaitForAsync("t.web", 3)).Select(instance => instance.ProcessId).Order()];
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products");

        await platform.ApplyAsync(ComposeText.Web(replicas: 3, version: "broken", command: "[\"false\"]"), wait: false);
        await Eventually.TrueAsync(
            async () => (await platform.ListAsync("workloads"))[0].GetProperty("rollout").GetString()!
                .ToLowerInvariant() is "rolledback" or "rolled-back",
            TimeSpan.FromSeconds(90), () => platform.Server!.Output);

        // The healthy version was never touched: the same processes serve.
        Instance[] now = await platform.WaitForAsync("t.web", 3, instance => instance.Version == 1);
        Assert.Equal(before, now.Select(instance => instance.ProcessId).Order());
        await AssertNoneFailedAsync(load, platform);
        (_, string why) = await platform.CliAsync("why", "web");
        Assert.Contains("exit code 1", why, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Gateway_ThousandEndpointChanges_NoRequestFails()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-www-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "ok", Cancelled);
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Quick(folder, replicas: 2));
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/index.html", connections: 4);

        // Each replica that comes and goes is an endpoint made, marked draining and removed: three changes.
        int changes = 0;
        while (changes < 1000)
        {
            await platform.CliAsync("scale", "web=22");
            await platform.WaitForAsync("t.web", 22);
            await platform.CliAsync("scale", "web=2");
            await platform.WaitForAsync("t.web", 2);
            changes += 20 * 3;
        }

        await AssertNoneFailedAsync(load, platform);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Everything at once, again and again: for five minutes with FLYBALL_LONG=1, else one round of it.
    /// </summary>
    [Fact]
    public async Task Gateway_Churn_NoRequestFails()
    {
        TimeSpan duration = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1" ? TimeSpan.FromMinutes(5) : default;
        // A service that keeps connections: five minutes of new ones would fill the kernel's table of connections.
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 4));
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products", connections: 4);

        long begun = Stopwatch.GetTimestamp();
        do
        {
            Instance victim = (await platform.WaitForAsync("t.web", 4))[0];
            using (var process = Process.GetProcessById(victim.ProcessId)) process.Kill();
            await SucceedAsync(platform, "scale", "web=12", "--wait");
            await SucceedAsync(platform, "restart", "web", "--wait");
            await SucceedAsync(platform, "scale", "web=4", "--wait");
        }
        while (Stopwatch.GetElapsedTime(begun) < duration);

        await platform.WaitForAsync("t.web", 4);
        await AssertNoneFailedAsync(load, platform);
    }

    private static async Task SucceedAsync(Platform platform, params string[] command)
    {
        (int code, string output) = await platform.CliAsync(command);
        Assert.True(code == 0, output + platform.Server!.Output);
    }

    private static async Task AssertNoneFailedAsync(WrkLoad load, Platform platform)
    {
        LoadReport report = await load.StopAsync();
        Assert.True(report.Requests > 100, report.Text);
        Assert.True(report.Failed == 0, report.Text + platform.Server!.Output);
    }
}
