using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Flyball.Agent.Tests.Harness;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Drivers;

/// <summary>Processes of this machine, through the whole agent.</summary>
public sealed class ProcessDriverTests : IAsyncLifetime
{
    private readonly Platform platform = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    private RunningAgent StartAgent(bool stopTasks = true) =>
        platform.StartAgent(o => o with { StopTasksOnShutdown = stopTasks });

    private static TaskSpec Shell(string script) => new()
    {
        Driver = "process",
        Command = ["/bin/sh", "-c", script],
        Restart = new RestartPolicy { Condition = RestartCondition.None },
        StopGracePeriod = TimeSpan.FromSeconds(5),
    };

    [Fact]
    public async Task Start_Command_RunsWithItsEnvironmentAndPort()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("echo $FLYBALL_ALLOCATION $FLYBALL_PROJECT $FLYBALL_SERVICE $ASPNETCORE_URLS $PORT_HTTP; exec sleep 1000") with
        {
            Ports = [new PortSpec { Name = "http" }],
        });

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Running);

        BoundPort port = Assert.Single(status.Ports);
        List<LogLine> lines = [];
        await Eventually.TrueAsync(async () => (lines = await platform.LogsAsync(id)).Count > 0);
        Assert.Equal($"{id} shop web http://127.0.0.1:{port.Port} {port.Port}", lines[0].Text);
        Assert.Equal(HealthState.Passing, status.Health);
        Assert.True(
            Process.GetProcessById(int.Parse(status.Handle, CultureInfo.InvariantCulture)) is { HasExited: false });
    }

    [Theory]
    [InlineData("exit 0", 0, AllocationPhase.Completed)]
    [InlineData("exit 7", 7, AllocationPhase.Failed)]
    [InlineData("kill -9 $$", 137, AllocationPhase.Failed)]
    public async Task Exit_Code_IsReported(string script, int code, AllocationPhase phase)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", Shell(script));

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Equal((code, phase), (status.ExitCode, status.Phase));
    }

    [Fact]
    public async Task Exit_WithWordsOnStandardError_MessageQuotesThem()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.job", Shell("echo fine; echo cannot open the database >&2; exit 3"));

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Contains("exited with code 3", status.Message, StringComparison.Ordinal);
        Assert.Contains("cannot open the database", status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-command-here", "was not found in PATH")]
    [InlineData("/etc/passwd", "is not executable")]
    [InlineData("/etc", "is a directory")]
    [InlineData("/no/such/file", "does not exist")]
    public async Task Command_CannotRun_FailsWithTheReason(string command, string reason)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", new TaskSpec { Driver = "process", Command = [command] });

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Failed);

        Assert.Contains(reason, status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_TaskHandlesTheSignal_ItsOwnExitIsSeenAndNothingIsLeft()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.web", Shell("trap 'echo bye; exit 42' TERM; echo ready; while :; do sleep 0.01; done 2>/dev/null"));
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await Eventually.TrueAsync(async () => (await platform.LogsAsync(id)).Count > 0);

        await platform.DesireStopAsync(id);

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Stopped);
        Assert.Equal(42, status.ExitCode);
        Assert.Equal(["ready", "bye"], (await platform.LogsAsync(id)).Select(l => l.Text));
        Assert.Empty(ProcessesOf(id));
    }

    [Fact]
    public async Task Stop_TaskIgnoresTheSignal_IsKilledAfterItsGraceWithItsChildren()
    {
        StartAgent();
        TaskSpec task = Shell("trap '' TERM; sleep 1000 & sleep 1000 & echo ready; wait; wait; sleep 1000") with
            { StopGracePeriod = TimeSpan.FromMilliseconds(300) };
        string id = await platform.PlaceAsync("shop.web", task);
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await Eventually.TrueAsync(async () => (await platform.LogsAsync(id)).Count > 0);

        await platform.DesireStopAsync(id);

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Stopped);
        Assert.Equal(137, status.ExitCode);
        Assert.Empty(ProcessesOf(id));
    }

    [Fact]
    public async Task Stop_WithSigInt_ReachesTheTaskThatWouldIgnoreItInTheBackground()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.web", Shell("trap 'exit 5' INT; echo ready; while :; do sleep 0.01; done 2>/dev/null") with
            { StopSignal = "SIGINT" });
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await Eventually.TrueAsync(async () => (await platform.LogsAsync(id)).Count > 0);

        await platform.DesireStopAsync(id);

        Assert.Equal(5, (await platform.WaitForAsync(id, AllocationPhase.Stopped)).ExitCode);
    }

    [Fact]
    public async Task Forget_AfterTheAllocationIsDeleted_EveryTraceGoes()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("exec sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await platform.DeleteAsync(id);

        await platform.WaitAsync("allocation-status", s => s.Count("allocation-status") == 0 ? "gone" : null);
        await Eventually.TrueAsync(() => agent.Table.Find(id) is null);
        Assert.Empty(ProcessesOf(id));
        Assert.DoesNotContain(
            id, string.Join(' ',
            Directory.EnumerateFileSystemEntries(Path.Combine(platform.Directory, "agent", "allocations"))));
    }

    [Fact]
    public async Task Restart_QuickFailures_BackOffAndCrashLoop()
    {
        StartAgent();
        TaskSpec task = Shell("exit 1") with { Restart = new RestartPolicy { Delay = TimeSpan.FromMilliseconds(20) } };
        string id = await platform.PlaceAsync("shop.web", task);

        AllocationStatus status = await platform.WaitForAsync(id, s => s.CrashLooping);

        Assert.Equal(1, status.ExitCode);
        Assert.True(status.Restarts >= 2);
    }

    [Fact]
    public async Task AgentRestart_RunningTask_KeepsItsProcessAndItsLaterExitCode()
    {
        string gate = Path.Combine(platform.Directory, "gate");
        RunningAgent first = StartAgent(stopTasks: false);
        string id = await platform.PlaceAsync(
            "shop.web", Shell($"echo one; while [ ! -e {gate} ]; do sleep 0.01; done; echo two; exit 9"));
        string handle = (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle;
        await first.DisposeAsync();
        Assert.NotEmpty(ProcessesOf(id));

        StartAgent();
        await platform.WaitForNodeAsync(NodeState.Ready);
        await platform.WaitForAsync(id, s => s.Phase == AllocationPhase.Running && s.Handle == handle);
        await File.WriteAllTextAsync(gate, "", Platform.Cancellation);

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);
        Assert.Equal((9, 0), (status.ExitCode, status.Restarts));
        Assert.Equal(["one", "two"], (await platform.LogsAsync(id)).Select(l => l.Text));
    }

    [Fact]
    public async Task AgentRestart_TaskExitedMeanwhile_ExitCodeIsNotLost()
    {
        string gate = Path.Combine(platform.Directory, "gate");
        RunningAgent first = StartAgent(stopTasks: false);
        string id = await platform.PlaceAsync(
            "shop.web", Shell($"while [ ! -e {gate} ]; do sleep 0.01; done; echo last words; exit 9"));
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await first.DisposeAsync();
        await File.WriteAllTextAsync(gate, "", Platform.Cancellation);
        await Eventually.TrueAsync(() => ProcessesOf(id).Count == 0);

        StartAgent();

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);
        Assert.Equal(9, status.ExitCode);
        Assert.Equal(["last words"], (await platform.LogsAsync(id)).Select(l => l.Text));
    }

    [Fact]
    public async Task Server_AwayForAWhile_TaskGoesOnAndItsExitIsToldLater()
    {
        string gate = Path.Combine(platform.Directory, "gate");
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell($"while [ ! -e {gate} ]; do sleep 0.01; done; exit 4"));
        await platform.WaitForAsync(id, AllocationPhase.Running);
        await platform.StopServerAsync();
        await File.WriteAllTextAsync(gate, "", Platform.Cancellation);
        await Eventually.TrueAsync(() => ProcessesOf(id).Count == 0);

        platform.StartServerAgain();

        Assert.Equal(4, (await platform.WaitForAsync(id, s => s.IsTerminal)).ExitCode);
    }

    [Fact]
    public async Task Health_TcpProbe_PassesOnceTheTaskListens()
    {
        StartAgent();
        TaskSpec task = new()
        {
            Driver = "process",
            Command = ["busybox", "httpd", "-f", "-p", "127.0.0.1:$PORT"],
            Ports = [new PortSpec { Name = "http" }],
            HealthCheck = new HealthCheckSpec { Kind = HealthCheckKind.Tcp },
        };
        string id = await platform.PlaceAsync("shop.web", task);

        AllocationStatus status = await platform.WaitForAsync(id, s => s.Health == HealthState.Passing);

        Assert.Equal(AllocationPhase.Running, status.Phase);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", status.Ports[0].Port, Platform.Cancellation);
    }

    [Fact]
    public async Task Exec_Command_SeesTheTasksEnvironmentAndItsInput()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("exec sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["/bin/sh", "-c", "cat; echo $FLYBALL_ALLOCATION; echo oops >&2; exit 6"]),
            Platform.Cancellation);
        await session.WriteInputAsync("hello\n"u8.ToArray(), Platform.Cancellation);
        await session.CloseInputAsync(Platform.Cancellation);
        (string output, string error) = await ReadAllAsync(session);

        Assert.Equal($"hello\n{id}\n", output);
        Assert.Equal("oops\n", error);
        Assert.Equal(6, session.ExitCode);
    }

    [Fact]
    public async Task Agent_StopsItsTasks_LeavesNoControlGroup()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("exec sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);
        Agent.Drivers.Process.Cgroups.ICgroups groups = agent.Get<Agent.Drivers.Process.Cgroups.ICgroups>();
        Assert.SkipWhen(groups.JoinFiles(id).Count == 0, "This machine has no control groups that may be used.");

        await agent.DisposeAsync();

        Assert.Empty(groups.JoinFiles(id));
    }

    [Fact]
    public async Task Exec_WithTerminal_HasItsSizeAndItsKeys()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("exec sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(
                ["/bin/sh", "-c", "trap 'echo bye; exit 5' INT; tty; stty size; while :; do sleep 0.05; done"],
                Tty: true, Columns: 123, Rows: 45),
            Platform.Cancellation);
        string output = "";
        while (!output.Contains("45 123\r\n", StringComparison.Ordinal)
            && await session.ReadAsync(Platform.Cancellation) is { } part)
            output += System.Text.Encoding.UTF8.GetString(part.Bytes.Span);
        await session.WriteInputAsync(new byte[] { 3 }, Platform.Cancellation);
        (string rest, _) = await ReadAllAsync(session);

        Assert.Contains("/dev/pts/", output, StringComparison.Ordinal);
        Assert.Contains("bye\r\n", rest, StringComparison.Ordinal);
        Assert.Equal(5, session.ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exec_AbandonedByItsClient_EndsWithAllItStarted(bool tty)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Shell("exec sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["/bin/sh", "-c", "set -m 2>/dev/null; sleep 2000 & echo on; sleep 2000"], tty),
            Platform.Cancellation);
        Assert.NotNull(await session.ReadAsync(Platform.Cancellation));
        Assert.NotEmpty(OfTheCommand());
        await session.DisposeAsync();

        await Eventually.TrueAsync(() => OfTheCommand().Count == 0);

        List<int> OfTheCommand() =>
            [.. ProcessesOf(id).Where(p => CommandLine(p).Contains("sleep", StringComparison.Ordinal)
                && CommandLine(p).Contains("2000", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Usage_BusyTask_IsReportedWithHeartbeats()
    {
        platform.StartAgent(o => o with { StopTasksOnShutdown = true, UsageInterval = TimeSpan.FromMilliseconds(100) });
        string id = await platform.PlaceAsync("shop.web", Shell("while :; do :; done"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        AllocationUsage? usage = null;
        await Eventually.TrueAsync(() =>
        {
            usage = platform.Usage.Current.FirstOrDefault(u => u.Allocation == id);
            return usage is { CpuCores: > 0 };
        });

        Assert.InRange(usage!.CpuCores, 0.01, 8);
        Assert.True(usage.MemoryBytes > 0);
    }

    private static async Task<(string Output, string Error)> ReadAllAsync(IExecSession session)
    {
        string output = "";
        string error = "";
        while (await session.ReadAsync(Platform.Cancellation) is { } part)
        {
            string text = System.Text.Encoding.UTF8.GetString(part.Bytes.Span);
            if (part.IsError) error += text;
            else output += text;
        }

        return (output, error);
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static List<int> ProcessesOf(string allocation) =>
        [.. Agent.Drivers.Process.ProcStat.AllPids()
            .Where(p => Agent.Drivers.Process.ProcStat.HasEnvironment(p, $"FLYBALL_ALLOCATION={allocation}"))];
}
