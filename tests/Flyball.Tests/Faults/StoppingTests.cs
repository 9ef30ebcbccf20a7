using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>Told to stop, the executable ends in order and soon, whatever it is in the middle of.</summary>
public sealed class StoppingTests
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigTerm = 15;

    /// <summary>Far below the minute for which the server waits at most, far above what it needs.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Up_TerminalIsClosed_StopsItsTasks()
    {
        await using var up = await UpRun.StartAsync();

        up.Process.Signal(SigHup);
        await EndAsync(up.Process);

        Assert.Equal(0, up.Process.Process.ExitCode);
        Assert.Empty(TaskProcesses.All(up.Directory));
    }

    [Fact]
    public async Task Up_StartedWithNohup_OutlivesItsTerminal()
    {
        await using var up = await UpRun.StartAsync("nohup");

        up.Process.Signal(SigHup);
        await using Running ps = Running.Start(
            Executables.Flyball, ["ps"], environment: ("FLYBALL_DATA", up.Data));
        await ps.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, ps.Process.ExitCode);
        Assert.False(up.Process.Process.HasExited);
    }

    [Fact]
    public async Task Up_InterruptedWhileItStarts_SaysNothingOfAFailure()
    {
        // Whoever runs the tests in a script's background has SIGINT ignored, and children inherit that.
        await using var up = UpRun.Begin("env", "--default-signal=INT");
        await Eventually.TrueAsync(
            () => Task.FromResult(up.Process.Output.Contains("Starting", StringComparison.Ordinal)), Soon,
            () => up.Process.Output, up.Process);

        up.Process.Signal(SigInt);
        await EndAsync(up.Process);
        up.Process.Process.WaitForExit();

        Assert.DoesNotContain("fail:", up.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", up.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_AgentGatewayLogsAndWatchAreConnected_DoesNotWaitForThem()
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        await platform.ApplyAsync(ComposeText.Shell("while true; do echo tick; sleep 0.2; done"));
        using HttpResponseMessage logs = await platform.Api.GetAsync(
            "workloads/t.web/logs?follow=true", HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        using HttpResponseMessage watch = await platform.Api.GetAsync(
            "watch", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.True(logs.IsSuccessStatusCode && watch.IsSuccessStatusCode);

        platform.Server!.Signal(SigTerm);
        await EndAsync(platform.Server);

        Assert.Equal(0, platform.Server.Process.ExitCode);
    }

    private static Task EndAsync(Running running) => Eventually.TrueAsync(
        () => Task.FromResult(running.Process.HasExited), Soon, () => "It goes on: " + running.Output);

    /// <summary><c>flyball up</c> with one shell as its only task.</summary>
    private sealed class UpRun : IAsyncDisposable
    {
        private UpRun(string[] before)
        {
            Directory = System.IO.Directory.CreateTempSubdirectory("flyball-test-").FullName;
            string file = Path.Combine(Directory, "compose.yaml");
            File.WriteAllText(file, ComposeText.Shell("exec sleep 100000", $"MARK: {Directory}"));
            string[] arguments =
            [
                "up", "-f", file, "--data", Data, "--api-listen", Loopback(), "--control-listen", Loopback(),
                "--gateway-listen", Loopback(),
                "--gateway-tls-listen", "none", "--otlp-grpc-listen", Loopback(), "--otlp-http-listen", Loopback(),
                "--docker-socket", "none",
            ];
            string[] command = [.. before, Executables.Flyball, .. arguments];
            Process = Running.Start(command[0], command[1..]);
        }

        public string Directory { get; }

        public string Data => Path.Combine(Directory, "data");

        public Running Process { get; }

        /// <param name="before">A command that runs the executable, and its own arguments.</param>
        public static UpRun Begin(params string[] before) => new(before);

        public static async Task<UpRun> StartAsync(params string[] before)
        {
            UpRun up = Begin(before);
            await Eventually.TrueAsync(
                () => Task.FromResult(up.Process.Output.Contains("Ready after", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(60), () => up.Process.Output, up.Process);
            Assert.NotEmpty(TaskProcesses.All(up.Directory));
            return up;
        }

        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            TaskProcesses.KillAll(Directory);
            System.IO.Directory.Delete(Directory, recursive: true);
        }

        private static string Loopback() => $"127.0.0.1:{Ports.Next()}";
    }
}
