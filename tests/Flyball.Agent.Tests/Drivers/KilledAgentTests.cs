using Flyball.Agent.Drivers.Process;
using Flyball.Agent.Tests.Harness;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Drivers;

/// <summary>The agent is killed with SIGKILL; over real gRPC, with real processes.</summary>
public sealed class KilledAgentTests : IAsyncLifetime
{
    private readonly Platform platform = new();
    private ControlDoor door = null!;

    private string Data => Path.Combine(platform.Directory, "lone");

    public async ValueTask InitializeAsync() => door = await platform.OpenDoorAsync();

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        await platform.DisposeAsync();
    }

    private static TaskSpec Shell(string script) => new() { Driver = "process", Command = ["/bin/sh", "-c", script] };

    [Fact]
    public async Task Kill_RunningTask_KeepsItsProcessItsOutputAndItsExitCode()
    {
        string gate = Path.Combine(platform.Directory, "gate");
        string id;
        AllocationStatus before;
        using (var first = new LoneAgent(Data, door.Address))
        {
            id = await platform.PlaceAsync("shop.web", Shell($"i=0; while [ ! -e {gate} ]; do i=$((i+1)); echo line $i; sleep 0.005; done; echo end $i; exit 9") with
            {
                Restart = new RestartPolicy { Condition = RestartCondition.None },
            });
            before = await platform.WaitForAsync(id, AllocationPhase.Running);
        }

        await platform.WaitForNodeAsync(NodeState.Disconnected);
        using var second = new LoneAgent(Data, door.Address);
        await platform.WaitForNodeAsync(NodeState.Ready);
        await Eventually.TrueAsync(async () => (await platform.LogsAsync(id)).Count > 50);
        Assert.Equal(before.Handle, (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle);
        await File.WriteAllTextAsync(gate, "", Platform.Cancellation);

        AllocationStatus after = await platform.WaitForAsync(id, s => s.IsTerminal);
        string[] lines = [.. (await platform.LogsAsync(id)).Select(l => l.Text)];
        Assert.Equal((9, 0), (after.ExitCode, after.Restarts));
        Assert.Equal(
            Enumerable.Range(1, lines.Length - 1).Select(i => $"line {i}").Append($"end {lines.Length - 1}"), lines);
    }

    /// <summary>
    /// Killed while it starts tasks, at moments that differ in each round: no start is lost and none is made twice.
    /// </summary>
    [Fact]
    public async Task Kill_WhileStarting_EveryAllocationIsStartedExactlyOnce()
    {
        const int Rounds = 6;
        const int PerRound = 4;
        string starts = Path.Combine(platform.Directory, "starts");
        var random = new Random(7);
        var ids = new List<string>();
        LoneAgent agent = new(Data, door.Address);
        for (int round = 0; round < Rounds; round++)
        {
            await platform.WaitForNodeAsync(NodeState.Ready);
            for (int i = 0; i < PerRound; i++)
                ids.Add(await platform.PlaceAsync(
                    "shop.web", Shell($"echo $FLYBALL_ALLOCATION >>{starts}; exec sleep 1000")));
            await Task.Delay(random.Next(0, 60), Platform.Cancellation);
            agent.Kill();
            await platform.WaitForNodeAsync(NodeState.Disconnected);
            agent.Dispose();
            agent = new LoneAgent(Data, door.Address);
        }

        foreach (string id in ids)
        {
            AllocationStatus status = await platform.WaitForAsync(
                id, s => s is { Phase: AllocationPhase.Running, Health: HealthState.Passing });
            Assert.Equal(0, status.Restarts);
        }

        // A task without a health check is well as soon as it runs, which is before its shell has written its line.
        await Eventually.TrueAsync(() => File.Exists(starts) && !ids.Except(File.ReadAllLines(starts)).Any());
        string[] started = await File.ReadAllLinesAsync(starts, Platform.Cancellation);
        foreach (string id in ids)
        {
            Assert.Single(started, id);
            int[] alive = [.. ProcStat.AllPids().Where(p => ProcStat.HasEnvironment(p, $"FLYBALL_ALLOCATION={id}"))];
            Assert.Equal(2, alive.Length);
        }

        foreach (string id in ids) await platform.DeleteAsync(id);
        await Eventually.TrueAsync(() => !Directory.EnumerateFiles(Path.Combine(Data, "allocations"), "*.json").Any());
        agent.Dispose();
    }
}
