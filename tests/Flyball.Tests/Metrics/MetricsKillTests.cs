using System.Net;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>
/// Metrics: SIGKILL while samples come in (one process). What was acknowledged is there, once, and can be added to.
/// </summary>
public sealed class MetricsKillTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1" ? 50 : 5;

    [Fact]
    public async Task Write_ServerIsKilledAgainAndAgain_NoAcknowledgedSampleIsLostAndNoneIsThereTwice()
    {
        await using Platform platform = await Platform.StartAsync();
        var stream = new SampleStream(platform);
        var random = new Random(1);
        for (int round = 0; round < Rounds; round++)
        {
            // One of five waits for the log to be cut by a checkpoint; the others die at any moment.
            HashSet<string> before = Checkpoints(platform);
            int steps = stream.Steps + random.Next(5, 80);
            bool IsTime() => round % 5 == 3 ? !Checkpoints(platform).SetEquals(before) : stream.Steps >= steps;

            await WriteUntilKilledAsync(platform, stream, IsTime);
            await platform.StartServerAsync();

            await Eventually.TrueAsync(
                async () => (await stream.SendAsync()).Length == 0, TimeSpan.FromSeconds(30),
                () => platform.Server!.Output, platform.Server);
            await stream.VerifyAsync();
        }
    }

    /// <summary>The kill comes beside the writing, so that it meets requests on their way.</summary>
    private static async Task WriteUntilKilledAsync(Platform platform, SampleStream stream, Func<bool> isTime)
    {
        Task? kill = null;
        HttpStatusCode[] refusals = [];
        while (refusals.Length == 0)
        {
            refusals = await stream.SendAsync();
            if (kill is null && isTime()) kill = Task.Run(platform.Server!.KillAsync);
        }

        Assert.True(kill is not null, string.Join(", ", refusals) + platform.Server!.Output);
        await kill;
    }

    private static HashSet<string> Checkpoints(Platform platform) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(platform.ServerData, "metrics", "wal"))
            .Where(file => !file.EndsWith(".wal", StringComparison.Ordinal)),
    ];
}
