using System.Text.RegularExpressions;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>A role is killed or cut off: what runs goes on running, and nothing is started twice.</summary>
public sealed partial class RoleFaultTests
{
    [Fact]
    public async Task Server_AllInOneKilledAndRestarted_InstancesKeepTheirProcesses()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web());
        Instance[] before = await platform.WaitForAsync("t.web", 2);
        string nodes = await platform.Api.GetStringAsync("nodes");

        await platform.Server!.KillAsync();
        AssertAlive(before);
        await platform.StartServerAsync();

        await AssertSameAsync(platform, before);
        Assert.Contains(before[0].Node, await platform.Api.GetStringAsync("nodes"), StringComparison.Ordinal);
        Assert.Contains(before[0].Node, nodes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_KilledAlone_GatewayGoesOnServingAndThePlanConverges()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Web());
        Instance[] before = await platform.WaitForAsync("t.web", 2);
        await using WrkLoad load = WrkLoad.Start(platform.GatewayPort, ComposeText.Host, "/products");

        await platform.Server!.KillAsync();
        await AssertServesAsync(platform, 50);
        await platform.StartServerAsync();

        await AssertSameAsync(platform, before);
        (int code, string output) = await platform.CliAsync("scale", "web=3", "--wait");
        Assert.True(code == 0, output);
        LoadReport report = await load.StopAsync();
        Assert.True(report.Failed == 0, report.Text + platform.Gateway!.Output);
    }

    [Fact]
    public async Task Agent_KilledAndRestarted_ReattachesAndStartsNothingTwice()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Web());
        Instance[] before = await platform.WaitForAsync("t.web", 2);

        await platform.Agent!.KillAsync();
        AssertAlive(before);
        await AssertServesAsync(platform, 20);
        await platform.StartAgentAsync();

        await AssertSameAsync(platform, before);
        // What the tasks write goes on being captured.
        (int code, string logs) = await platform.CliAsync("logs", "web");
        Assert.True(code == 0, logs);
        Assert.Contains("Application started", logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_TaskExitsWhileItIsAway_TheExitIsKnownAndTheTaskRestarted()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        Instance before = (await platform.WaitForAsync("t.web", 1))[0];

        await platform.Agent!.KillAsync();
        int task = TaskProcesses.All().Where(process => process.Allocation == before.Id)
            .Max(process => process.ProcessId);
        using (var process = System.Diagnostics.Process.GetProcessById(task)) process.Kill();
        await platform.StartAgentAsync();

        Instance after = (await platform.WaitForAsync("t.web", 1, instance => instance.Id != before.Id
            || instance.Restarts > before.Restarts))[0];
        Assert.NotEqual(before.Handle, after.Handle);
    }

    [Fact]
    public async Task Gateway_KilledAlone_OthersGoOnAndItServesAgain()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Web());
        Instance[] before = await platform.WaitForAsync("t.web", 2);

        await platform.Gateway!.KillAsync();
        AssertAlive(before);
        (int code, string output) = await platform.CliAsync("scale", "web=3", "--wait");
        Assert.True(code == 0, output);
        await platform.StartGatewayAsync();

        await AssertServesAsync(platform, 20);
    }

    [Fact]
    public async Task Gateway_StartsWhileTheServerIsAway_ServesFromItsLastSnapshot()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Web());
        await AssertServesAsync(platform, 5);
        // A snapshot is kept soon after a change and not with it, later when the disk is slow.
        string kept = Path.Combine(platform.GatewayData, "snapshot");
        await Eventually.TrueAsync(
            async () => File.Exists(kept) && Passing().Count(await File.ReadAllTextAsync(kept)) == 2,
            TimeSpan.FromSeconds(30), () => platform.Gateway!.Output, platform.Gateway);

        await platform.Server!.KillAsync();
        await platform.Gateway!.KillAsync();
        await platform.StartGatewayAsync();

        await AssertServesAsync(platform, 20);
    }

    [Fact]
    public async Task Agent_CutOffFromTheServer_InstancesRunOnAndThePlanConvergesAfterwards()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await using var relay = new Relay(platform.ControlPort);
        await platform.Agent!.DisposeAsync();
        platform.AgentControlPort = relay.Port;
        await platform.StartAgentAsync();
        await platform.ApplyAsync(ComposeText.Web());
        Instance[] before = await platform.WaitForAsync("t.web", 2);

        relay.Cut();
        await Eventually.TrueAsync(
            async () => (await platform.ListAsync("nodes"))
                .All(node => node.GetProperty("state").GetString()!.ToLowerInvariant() != "ready"),
            TimeSpan.FromSeconds(30), () => platform.Server!.Output);
        AssertAlive(before);
        await AssertServesAsync(platform, 20);
        (int code, string output) = await platform.CliAsync("scale", "web=3");
        Assert.True(code == 0, output);
        relay.Mend();

        Instance[] after = await platform.WaitForAsync("t.web", 3);
        Assert.Subset(after.Select(instance => instance.Handle).ToHashSet(), before.Select(instance => instance.Handle)
            .ToHashSet());
    }

    private static void AssertAlive(IEnumerable<Instance> instances)
    {
        foreach (Instance instance in instances)
            Assert.True(Directory.Exists($"/proc/{instance.Handle}"), $"{instance} is gone.");
    }

    /// <summary>The same allocations with the same processes, and no process of any other.</summary>
    private static async Task AssertSameAsync(Platform platform, Instance[] before)
    {
        Instance[] after = await platform.WaitForAsync("t.web", before.Length);
        Assert.Equal(before.Select(instance => (instance.Id, instance.Handle)).Order(),
            after.Select(instance => (instance.Id, instance.Handle)).Order());
        Assert.Equal(
            before.Select(instance => instance.Id).Order(StringComparer.Ordinal),
            TaskProcesses.All(platform.Directory).Select(process => process.Allocation).Distinct()
                .Order(StringComparer.Ordinal));
    }

    private static async Task AssertServesAsync(Platform platform, int requests)
    {
        using var http = new HttpClient();
        for (int i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/products");
            request.Headers.Host = ComposeText.Host;
            using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    [GeneratedRegex("\"health\":\"Passing\"")]
    private static partial Regex Passing();
}
