using Flyball.Agent.Allocations;
using Flyball.Agent.Tests.Harness;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Sessions;

/// <summary>The control stream between the agent and the server's half.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private readonly Platform platform = new(new AgentSessionOptions
    {
        HeartbeatInterval = TimeSpan.FromMilliseconds(200), LostAfter = TimeSpan.FromMilliseconds(500),
    });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    private RunningAgent StartAgent(bool stopTasks = true) =>
        platform.StartAgent(o => o with { StopTasksOnShutdown = stopTasks });

    private static TaskSpec Sleeper() => new()
    {
        Driver = "process", Command = ["sleep", "1000"], Ports = [new PortSpec { Name = "http" }],
    };

    private async Task PutEndpointAsync(string id, AllocationStatus status, bool draining = false) =>
        await platform.Store.CommitAsync(
        new StoreTransaction().Put(Kinds.Endpoint, Endpoint.NameOf(id, "http"), new Endpoint
        {
            Service = "shop.web", Port = "http", Allocation = id, Version = 1, Node = status.Node, Address =
                "127.0.0.1",
            PortNumber = status.Ports[0].Port, Health = HealthState.Passing, Draining = draining,
        }),
        Platform.Cancellation);

    [Fact]
    public async Task Hello_NewNode_IsReadyWithItsDriversAndKeepsItsId()
    {
        RunningAgent agent = StartAgent();
        Node first = await platform.WaitForNodeAsync(NodeState.Ready);
        await agent.DisposeAsync();
        await platform.WaitForNodeAsync(NodeState.Disconnected);
        StartAgent();
        Node second = await platform.WaitForNodeAsync(NodeState.Ready);

        Assert.Equal(first.Id, second.Id);
        Assert.True(first.MemoryBytes > 0 && first.CpuCores > 0);
        Assert.Contains(first.Drivers, d => d is { Name: "process", Healthy: true });
    }

    [Fact]
    public async Task DesiredStop_EndpointStillThere_DrainsUntilItIsGone()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        AllocationStatus running = await platform.WaitForAsync(id, AllocationPhase.Running);
        await PutEndpointAsync(id, running);

        await platform.DesireStopAsync(id, deadlineUnixMs: DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());
        await platform.WaitForAsync(id, AllocationPhase.Stopping);
        await PutEndpointAsync(id, running, draining: true);
        Assert.Equal(RunStage.Running, agent.Table.Find(id)!.Record.State.Stage);
        await platform.Store.CommitAsync(
            new StoreTransaction().Delete(Kinds.Endpoint.Key(Endpoint.NameOf(id, "http"))), Platform.Cancellation);

        await platform.WaitForAsync(id, AllocationPhase.Stopped);
    }

    [Fact]
    public async Task DesiredStop_DeadlinePasses_StopsWithTheEndpointStillThere()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        await PutEndpointAsync(id, await platform.WaitForAsync(id, AllocationPhase.Running));

        await platform.DesireStopAsync(
            id, deadlineUnixMs: DateTimeOffset.UtcNow.AddMilliseconds(300).ToUnixTimeMilliseconds());

        await platform.WaitForAsync(id, AllocationPhase.Stopped);
    }

    [Fact]
    public async Task DesiredStop_ServerGoesSilent_AgentStopsAtTheDeadlineItself()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        await PutEndpointAsync(id, await platform.WaitForAsync(id, AllocationPhase.Running));
        await platform.DesireStopAsync(
            id, deadlineUnixMs: DateTimeOffset.UtcNow.AddMilliseconds(700).ToUnixTimeMilliseconds());
        await platform.WaitForAsync(id, AllocationPhase.Stopping);
        await platform.StopServerAsync();

        await Eventually.TrueAsync(() => agent.Table.Find(id)!.Record.State.Stage == RunStage.Ended);

        platform.StartServerAgain();
        await platform.WaitForAsync(id, AllocationPhase.Stopped);
    }

    [Fact]
    public async Task Node_AwayTooLong_IsLostWithItsAllocationsAndComesBackWithThem()
    {
        RunningAgent agent = StartAgent(stopTasks: false);
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        string handle = (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle;

        await agent.DisposeAsync();
        await platform.WaitForNodeAsync(NodeState.Lost);
        await platform.WaitForAsync(id, AllocationPhase.Lost);

        StartAgent();
        await platform.WaitForNodeAsync(NodeState.Ready);
        Assert.Equal(handle, (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle);
    }

    [Fact]
    public async Task Reconnect_AllocationReplacedMeanwhile_IsStoppedAndForgotten()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await platform.StopServerAsync();
        await platform.DeleteAsync(id);

        platform.StartServerAgain();

        await Eventually.TrueAsync(() => agent.Table.Find(id) is null);
        await platform.WaitAsync("allocation-status", s => s.Count("allocation-status") == 0 ? "gone" : null);
    }

    [Fact]
    public async Task Statuses_ManyAllocations_AllBecomeDurableAndAcknowledged()
    {
        RunningAgent agent = StartAgent();
        string[] ids = new string[20];
        for (int i = 0; i < ids.Length; i++) ids[i] = await platform.PlaceAsync("shop.web", Sleeper());

        foreach (string id in ids) await platform.WaitForAsync(id, AllocationPhase.Running);

        await Eventually.TrueAsync(() => agent.Get<Session.ReportOutbox>().Unacknowledged == 0);
        int[] ports = [.. ids.Select(id =>
            platform.Store.Current.Get(Kinds.AllocationStatus, id)!.Value.Value.Ports[0].Port)];
        Assert.Equal(ports.Length, ports.Distinct().Count());
    }

    [Fact]
    public async Task Events_OfAnAllocation_AreInTheJournal()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", new TaskSpec
        {
            Driver = "process", Command = ["sh", "-c", "echo broken >&2; exit 3"], Restart = new RestartPolicy
                { Condition = RestartCondition.None },
        });
        await platform.WaitForAsync(id, AllocationPhase.Failed);

        IReadOnlyList<JournalRow> rows = [];
        await Eventually.TrueAsync(async () =>
        {
            rows = await platform.Store.ReadAsync(
                new JournalQuery(JournalTables.Events) { SubjectName = id }, Platform.Cancellation);
            return rows.Count >= 2;
        });

        Event[] events = [.. rows.Select(JournalEntries.Event)];
        Assert.Contains(
            events, e => e.Type == "allocation.exited" && e.Message.Contains("broken", StringComparison.Ordinal));
        Assert.Contains(events, e => e is { Type: "allocation.failed", Workload: "shop.job" });
    }

    [Fact]
    public async Task Logs_NodeIsAway_SaysSo()
    {
        RunningAgent agent = StartAgent(stopTasks: true);
        string id = await platform.PlaceAsync("shop.web", Sleeper());
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await agent.DisposeAsync();
        await platform.WaitForNodeAsync(NodeState.Disconnected);

        AllocationAccessException e = await Assert.ThrowsAsync<AllocationAccessException>(() => platform.LogsAsync(id));

        Assert.Contains("is away", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_AllocationNotRunning_SaysSo()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", new TaskSpec
        {
            Driver = "process", Command = ["true"], Restart = new RestartPolicy { Condition = RestartCondition.None },
        });
        await platform.WaitForAsync(id, AllocationPhase.Completed);

        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["true"]), Platform.Cancellation);
        AllocationAccessException e = await Assert.ThrowsAsync<AllocationAccessException>(
            async () => await session.ReadAsync(Platform.Cancellation));

        Assert.Contains("is not running", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Driver_NotOnThisNode_FailsWithTheReason()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Sleeper() with { Driver = "docker", Image = "x" });

        Assert.Contains("no driver \"docker\"", (await platform.WaitForAsync(id, AllocationPhase.Failed)).Message,
            StringComparison.Ordinal);
    }
}
