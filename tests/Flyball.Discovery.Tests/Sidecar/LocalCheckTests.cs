using System.Diagnostics;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Registering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>Checks beside the process.</summary>
public sealed class LocalCheckTests
{
    private readonly FakeTimeProvider time = new();

    private LocalCheck Check() => new(
        CheckReader.Connecting(9), new CheckParts(new NetworkCheckProbe(), time, NullLogger.Instance));

    private static CheckVerdict Well => new(CheckStatus.Passing, "");

    private static CheckVerdict Ill => new(CheckStatus.Critical, "");

    [Fact]
    public void Observe_FirstLookAndFirstSuccess_CountAtOnce()
    {
        LocalCheck check = Check();
        Assert.Null(check.Verdict);
        Assert.True(check.Observe(Ill));
        Assert.Equal(CheckStatus.Critical, check.Verdict!.Value.Status);
        Assert.False(check.Observe(Ill));
        Assert.True(check.Observe(Well));
        Assert.Equal(CheckStatus.Passing, check.Verdict!.Value.Status);
    }

    [Fact]
    public void Observe_SingleFailures_ChangeNothing()
    {
        LocalCheck check = Check();
        check.Observe(Well);
        for (int i = 0; i < 10; i++)
        {
            Assert.False(check.Observe(Ill));
            Assert.False(check.Observe(Ill));
            Assert.False(check.Observe(Well));
        }

        check.Observe(Ill);
        check.Observe(Ill);
        Assert.True(check.Observe(Ill));
        Assert.False(check.Observe(Well));
        Assert.True(check.Observe(Well));
    }

    [Fact]
    public void Observe_Flapping_StaysCritical()
    {
        LocalCheck check = Check();
        check.Observe(Well);
        int changes = 0;
        for (int i = 0; i < 30; i++)
        {
            for (int fall = 0; fall < ProbeSpec.UsualFall; fall++) changes += check.Observe(Ill) ? 1 : 0;
            for (int rise = 0; rise < ProbeSpec.UsualRise; rise++) changes += check.Observe(Well) ? 1 : 0;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(changes, 1, 12);
        Assert.Equal(CheckStatus.Critical, check.Verdict!.Value.Status);
        Assert.StartsWith("held critical", check.Verdict!.Value.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", nameof(CheckStatus.Passing))]
    [InlineData("echo soon; exit 1", nameof(CheckStatus.Warning))]
    [InlineData("echo broken >&2; exit 7", nameof(CheckStatus.Critical))]
    [InlineData("yes | head -c 10000000; exit 0", nameof(CheckStatus.Passing))]
    public async Task Command_ItsExitCode_Counts(string script, string expected)
    {
        CheckVerdict verdict = await CommandProbe.RunAsync(
            ["sh", "-c", script], TestContext.Current.CancellationToken);
        Assert.Equal(expected, verdict.Status.ToString());
        Assert.InRange(verdict.Output.Length, 1, 5_000);
    }

    [Fact]
    public async Task Command_ThatDoesNotExist_IsCritical()
    {
        CheckVerdict verdict = await CommandProbe.RunAsync(
            ["/no/such/program"], TestContext.Current.CancellationToken);
        Assert.Equal(CheckStatus.Critical, verdict.Status);
        Assert.Contains("/no/such/program cannot be started", verdict.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ThatTakesTooLong_IsKilled()
    {
        string file = Path.GetTempFileName();
        using var deadline = new CancellationTokenSource();
        Task<CheckVerdict> running = CommandProbe.RunAsync(
            ["sh", "-c", $"echo $$ > {file}; exec sleep 1000"], deadline.Token).AsTask();
        await Doors.DoorHost.EventuallyAsync(
            async () => (await File.ReadAllTextAsync(file)).EndsWith('\n'), () => "it did not start");
        int id = int.Parse(await File.ReadAllTextAsync(file));
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Doors.DoorHost.EventuallyAsync(() => Task.FromResult(IsGone(id)), () => $"{id} lives");
        File.Delete(file);
    }

    private static bool IsGone(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
