using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers.Docker;
using Flyball.Agent.Tests.Harness;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Drivers;

/// <summary>Containers on a real engine, through the whole agent.</summary>
public sealed class DockerDriverTests(DockerEngineFixture engine) : IClassFixture<DockerEngineFixture>, IAsyncLifetime
{
    private readonly Platform platform = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await platform.DisposeAsync();
        string[] left = (await engine.DockerAsync("ps", "-aq")).Output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0) await engine.DockerAsync(["rm", "-f", .. left]);
    }

    private RunningAgent StartAgent(bool stopTasks = true) =>
        platform.StartAgent(o => o with
            { DockerEndpoint = engine.Endpoint, StopTasksOnShutdown = stopTasks, TaskPortMin = 21_000,
            TaskPortMax = 21_999 });

    private static TaskSpec Container(params string[] command) => new()
    {
        Driver = "docker",
        Image = DockerEngineFixture.Image,
        PullPolicy = "never",
        Command = command,
        Restart = new RestartPolicy { Condition = RestartCondition.None },
        StopGracePeriod = TimeSpan.FromSeconds(5),
    };

    [Fact]
    public async Task Start_Container_IsLockedDownLabelledAndReachedOnItsPort()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.web", Container("sh", "-c", "echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp") with
        {
            Ports = [new PortSpec { Name = "http", ContainerPort = 80 }],
            HealthCheck = new HealthCheckSpec { Kind = HealthCheckKind.Http, Test = ["/index.html"] },
        });

        AllocationStatus status = await platform.WaitForAsync(id, s => s.Health == HealthState.Passing);

        using var http = new HttpClient();
        BoundPort port = Assert.Single(status.Ports);
        Assert.Equal("hello\n",
            await http.GetStringAsync($"http://{port.Address}:{port.Port}/index.html", Platform.Cancellation));
        string inspected = (await engine.DockerAsync(
            "inspect", "-f", "{{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}} {{index .Config.Labels \"io.flyball.allocation\"}}",
            status.Handle)).Output;
        Assert.Equal($"[ALL] [no-new-privileges:true] 4096 no {id}\n", inspected);
    }

    [Fact]
    public async Task Network_TwoServices_FindEachOtherByName()
    {
        StartAgent();
        string web = await platform.PlaceAsync(
            "shop.web", Container("sh", "-c", "echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp"));
        string client = await platform.PlaceAsync("shop.client", Container("sleep", "1000"));
        await platform.WaitForAsync(web, AllocationPhase.Running);
        await platform.WaitForAsync(client, AllocationPhase.Running);

        (string output, int? code) =
            await ExecAsync(client, "sh", "-c", "until wget -q -O - http://web/index.html; do sleep 0.1; done");

        Assert.Equal(("hello\n", 0), (output, code));
    }

    [Theory]
    [InlineData("exit 0", 0, AllocationPhase.Completed)]
    [InlineData("exit 7", 7, AllocationPhase.Failed)]
    public async Task Exit_Code_IsReported(string script, int code, AllocationPhase phase)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", Container("sh", "-c", script));

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Equal((code, phase), (status.ExitCode, status.Phase));
    }

    [Fact]
    public async Task Memory_BeyondTheLimit_IsReportedAsSuch()
    {
        StartAgent();
        TaskSpec task = Container("sh", "-c", "dd if=/dev/zero of=/dev/null bs=200M count=1") with
        {
            Resources = new ResourceLimits { MemoryLimitBytes = 16 << 20 },
        };
        string id = await platform.PlaceAsync("shop.job", task);

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Contains("more memory than its limit", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_DoesNotExist_MessageSaysSo()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("true") with { Image = "flyball-test/no-such:1" });

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Failed);

        Assert.Contains("flyball-test/no-such:1", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_DoesNotExist_FailsForGood()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.web", Container("no-such-command") with { Restart = new RestartPolicy() });

        AllocationStatus status = await platform.WaitForAsync(id, AllocationPhase.Failed);

        Assert.Contains("executable file not found", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_WithWords_TheLastOfThemAreTold()
    {
        StartAgent();
        string id = await platform.PlaceAsync(
            "shop.job", Container("sh", "-c", "echo fine; echo no database >&2; echo bye; exit 3"));

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Contains("no database", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_LastLineWithoutItsEnd_IsThere()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", Container("sh", "-c", "echo one; printf two"));
        await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Equal(["one", "two"], (await platform.LogsAsync(id)).Select(l => l.Text));
    }

    [Fact]
    public async Task Agent_StopsItsTasks_LeavesNoContainerAndNoNetwork()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("left.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await agent.DisposeAsync();

        Assert.Empty(await ContainersAsync(id));
        Assert.DoesNotContain("left_default", (await engine.DockerAsync("network", "ls")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_BothStreams_HaveTimesAndTail()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.job", Container("sh", "-c", "echo one; echo two >&2; echo three"));
        await platform.WaitForAsync(id, s => s.IsTerminal);

        List<LogLine> lines = await platform.LogsAsync(id);
        List<LogLine> last = await platform.LogsAsync(id, new LogRequest(TailLines: 1));

        Assert.Equal(["one", "three"], lines.Where(l => !l.IsError).Select(l => l.Text));
        Assert.Equal(["two"], lines.Where(l => l.IsError).Select(l => l.Text));
        Assert.All(lines, l => Assert.True(l.AtUnixMs > 1_700_000_000_000));
        Assert.Single(last);
    }

    [Fact]
    public async Task Logs_FollowedOverARestartInPlace_EveryLineComesOnce()
    {
        StartAgent();
        TaskSpec task = Container("sh", "-c", "echo run; sleep 0.3; exit 1") with
        {
            Restart = new RestartPolicy { Delay = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 },
        };
        string id = await platform.PlaceAsync("shop.job", task);
        await platform.WaitForAsync(id, s => s.Phase != AllocationPhase.Pending && s.Handle.Length > 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Platform.Cancellation);
        var lines = new List<string>();
        async Task ReadAsync()
        {
            await foreach (LogLine line in platform.Access.ReadLogsAsync(id, new LogRequest(Follow: true), stop.Token))
            {
                lines.Add(line.Text);
                if (lines.Count == 3) return;
            }
        }

        Task reading = ReadAsync();
        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);
        await reading.WaitAsync(TimeSpan.FromSeconds(30), Platform.Cancellation);

        Assert.Equal(["run", "run", "run"], lines);
        Assert.Equal((AllocationPhase.Failed, 2), (status.Phase, status.Restarts));
        Assert.Equal(3, (await platform.LogsAsync(id)).Count);
    }

    [Fact]
    public async Task Exec_WithTerminal_SeesItsSize()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["sh", "-c", "read x; stty size; exit 3"], Tty: true, Columns: 123, Rows: 45),
            Platform.Cancellation);
        await session.WriteInputAsync("go\n"u8.ToArray(), Platform.Cancellation);
        var output = new StringBuilder();
        while (await session.ReadAsync(Platform.Cancellation) is { } part)
            output.Append(Encoding.UTF8.GetString(part.Bytes.Span));

        Assert.Contains("45 123", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, session.ExitCode);
    }

    [Theory]
    [InlineData("nosuch", "nosuch: not found\n", 127)]
    [InlineData("/etc/passwd", "/etc/passwd: not executable\n", 126)]
    public async Task Exec_CommandCannotBeStarted_SaysSoAsAShellDoes(string command, string words, int code)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sh", "-c", "echo >/etc/passwd; sleep 1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        Assert.Equal((words, (int?)code), await ExecAsync(id, command));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exec_AbandonedByItsClient_EndsInTheContainer(bool tty)
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["sh", "-c", "echo on; sleep 4242"], tty), Platform.Cancellation);
        Assert.NotNull(await session.ReadAsync(Platform.Cancellation));
        await session.DisposeAsync();

        await Eventually.TrueAsync(async () =>
            !(await ExecAsync(id, "sh", "-c", "cat /proc/[0-9]*/cmdline")).Output.Contains(
                "sleep\u00004242", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exec_AbandonedBeforeItStarted_EndsInTheContainer()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        for (int i = 0; i < 20; i++)
            await (await platform.Access.ExecAsync(id, new ExecRequest(["sleep", "4242"]), Platform.Cancellation))
                .DisposeAsync();

        Assert.DoesNotContain(
            "sleep\u00004242", (await ExecAsync(id, "sh", "-c", "cat /proc/[0-9]*/cmdline")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_WithInput_ItsEndIsSeen()
    {
        StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);

        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(["cat"]), Platform.Cancellation);
        await session.WriteInputAsync("all of it"u8.ToArray(), Platform.Cancellation);
        await session.CloseInputAsync(Platform.Cancellation);
        var output = new StringBuilder();
        while (await session.ReadAsync(Platform.Cancellation) is { } part)
            output.Append(Encoding.UTF8.GetString(part.Bytes.Span));

        Assert.Equal(("all of it", 0), (output.ToString(), session.ExitCode));
    }

    [Fact]
    public async Task Mounts_VolumeContentAndTmpfs_AreThere()
    {
        StartAgent();
        TaskSpec task = Container(
            "sh", "-c", "cat /run/secret; echo kept >>/vol/file; cat /vol/file; echo x >/scratch/y && echo tmpfs") with
        {
            Mounts =
            [
                new MountSpec { Kind = MountKind.Content, Target = "/run/secret",
                    ContentBase64 = Convert.ToBase64String("s3cret\n"u8) },
                new MountSpec { Kind = MountKind.Volume, Source = "shop_data", Target = "/vol" },
                new MountSpec { Kind = MountKind.Tmpfs, Target = "/scratch" },
            ],
        };
        string first = await platform.PlaceAsync("shop.job", task);
        await platform.WaitForAsync(first, s => s.IsTerminal);
        string second = await platform.PlaceAsync("shop.job", task);
        await platform.WaitForAsync(second, s => s.IsTerminal);

        Assert.Equal(["s3cret", "kept", "kept", "tmpfs"], (await platform.LogsAsync(second)).Select(l => l.Text));
        await engine.DockerAsync("volume", "rm", "-f", "shop_data");
    }

    [Fact]
    public async Task AgentRestart_RunningContainer_IsTheSameAfterwards()
    {
        RunningAgent first = StartAgent(stopTasks: false);
        string id = await platform.PlaceAsync("shop.web", Container("sleep", "1000"));
        string handle = (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle;
        await first.DisposeAsync();

        RunningAgent second = StartAgent();
        await Eventually.TrueAsync(() => second.Table.Find(id)?.Record.State.Stage == RunStage.Running);

        Assert.Equal(handle, (await platform.WaitForAsync(id, AllocationPhase.Running)).Handle);
        Assert.Equal([handle], await ContainersAsync(id));
    }

    [Fact]
    public async Task Forget_DeletedAllocation_ContainerAndNetworkGo()
    {
        StartAgent();
        string id = await platform.PlaceAsync("gone.web", Container("sleep", "1000"));
        await platform.WaitForAsync(id, AllocationPhase.Running);
        Assert.Contains("gone_default", (await engine.DockerAsync("network", "ls")).Output, StringComparison.Ordinal);

        await platform.DesireStopAsync(id);
        await platform.WaitForAsync(id, AllocationPhase.Stopped);
        await platform.DeleteAsync(id);

        await Eventually.TrueAsync(async () =>
            !(await engine.DockerAsync("network", "ls")).Output.Contains("gone_default", StringComparison.Ordinal));
        Assert.Empty(await ContainersAsync(id));
    }

    [Fact]
    public async Task Sweep_ContainerNobodyKnows_IsRemovedAfterItsGrace()
    {
        RunningAgent agent = platform.StartAgent(
            o => o with { DockerEndpoint = engine.Endpoint, SweepGrace = TimeSpan.Zero, StopTasksOnShutdown = true });
        string node = (await platform.WaitForNodeAsync(NodeState.Ready)).Id;
        await engine.DockerAsync("run", "-d", "--network", "none", "-l", $"io.flyball.node={node}", "-l",
            "io.flyball.allocation=unknown", DockerEngineFixture.Image, "sleep", "1000");
        Assert.NotEmpty(await ContainersAsync("unknown"));

        await agent.Get<DockerSweep>().SweepAsync(Platform.Cancellation);

        Assert.Empty(await ContainersAsync("unknown"));
    }

    [Fact]
    public async Task Usage_RunningContainer_IsRead()
    {
        RunningAgent agent = StartAgent();
        string id = await platform.PlaceAsync("shop.web", Container("sh", "-c", "while :; do :; done") with
        {
            Resources = new ResourceLimits { CpuLimit = 0.2, MemoryLimitBytes = 64 << 20 },
        });
        await platform.WaitForAsync(id, AllocationPhase.Running);
        AllocationRunner runner = agent.Table.Find(id)!;

        Agent.Drivers.TaskUsage? usage = await runner.Driver!.UsageAsync(
            runner.Task, runner.Record.State.Handle!, Platform.Cancellation);

        Assert.NotNull(usage);
        Assert.True(usage.Value.CpuNanoseconds > 0);
        Assert.Equal(64 << 20, usage.Value.MemoryLimitBytes);
        Assert.InRange(usage.Value.MemoryBytes, 1, 64 << 20);
    }

    [Fact]
    public async Task Build_FromAnUploadedContext_RunsWhatWasBuilt()
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await AddAsync(writer, "Dockerfile", $"FROM {DockerEngineFixture.Image}\nARG WORDS\nCOPY message /message\nENV WORDS=$WORDS\nCMD [\"sh\", \"-c\", \"cat /message; echo $WORDS\"]\n");
            await AddAsync(writer, "message", "built here\n");
        }

        byte[] bytes = tar.ToArray();
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        platform.Contexts[digest] = bytes;
        StartAgent();
        TaskSpec task = Container() with
        {
            Image = null, PullPolicy = "missing",
            Build = new BuildSpec
                { ContextDigest = digest, Args = new SortedDictionary<string, string>(StringComparer.Ordinal)
                { ["WORDS"] = "and argued" } },
        };
        string id = await platform.PlaceAsync("shop.built", task);

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.True(status.Phase == AllocationPhase.Completed, status.Message);
        Assert.Equal(["built here", "and argued"], (await platform.LogsAsync(id)).Select(l => l.Text));
    }

    [Fact]
    public async Task Build_ContextIsNotThere_MessageSaysSo()
    {
        StartAgent();
        string digest = "sha256:" + new string('0', 64);
        string id = await platform.PlaceAsync(
            "shop.built", Container() with { Image = null, Build = new BuildSpec { ContextDigest = digest } });

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Contains($"no build context {digest}", status.Message, StringComparison.Ordinal);
    }

    private static async Task AddAsync(TarWriter writer, string name, string text) =>
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name)
            { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    private async Task<(string Output, int? Code)> ExecAsync(string id, params string[] command)
    {
        await using IExecSession session = await platform.Access.ExecAsync(
            id, new ExecRequest(command), Platform.Cancellation);
        await session.CloseInputAsync(Platform.Cancellation);
        var output = new StringBuilder();
        while (await session.ReadAsync(Platform.Cancellation) is { } part)
            output.Append(Encoding.UTF8.GetString(part.Bytes.Span));
        return (output.ToString(), session.ExitCode);
    }

    private async Task<string[]> ContainersAsync(string allocation) =>
        (await engine.DockerAsync("ps", "-aq", "--no-trunc", "--filter", $"label=io.flyball.allocation={allocation}"))
        .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
