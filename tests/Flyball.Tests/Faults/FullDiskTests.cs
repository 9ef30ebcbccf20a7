using System.Net;
using Flyball.Tests.Harness;
using Flyball.Tests.Metrics;

namespace Flyball.Tests.Faults;

/// <summary>
/// The data directory's disk fills up: writes are refused with a reason, the rest goes on, and room mends it.
/// </summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Store_DiskIsFull_ChangesAreRefusedInstancesServeAndRoomMendsIt()
    {
        await using Platform platform = await Platform.StartAsync(limitedDiskMegabytes: 48);
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        Instance[] before = await platform.WaitForAsync("t.web", 1);
        string ballast = Path.Combine(platform.ServerData, "ballast");
        FillUp(ballast);

        (int code, string output) = (0, "");
        for (int replicas = 2; code == 0 && replicas < 200; replicas++)
            (code, output) = await platform.CliAsync("scale", "t.web=" + (replicas % 2 + 1));

        Assert.True(code == 1, output);
        Assert.Contains("disk", output, StringComparison.OrdinalIgnoreCase);
        Assert.True(Directory.Exists($"/proc/{before[0].Handle}"));
        Assert.Equal(0, (await platform.CliAsync("ps")).ExitCode);
        File.Delete(ballast);
        await Eventually.TrueAsync(
            async () =>
                (await platform.CliAsync("scale", "t.web=2")).ExitCode == 0, TimeSpan.FromSeconds(30), () =>
                    platform.Server!.Output);
        await platform.WaitForAsync("t.web", 2);
    }

    [Fact]
    public async Task Metrics_DiskIsFull_WritesAreRefusedQueriesGoOnAndRoomMendsIt()
    {
        await using Platform platform = await Platform.StartAsync(limitedDiskMegabytes: 48);
        var stream = new SampleStream(platform);
        Assert.Empty(await stream.SendAsync(20));
        string ballast = Path.Combine(platform.ServerData, "ballast");
        FillUp(ballast);

        // What is left of the log's last page takes a few more.
        HttpStatusCode[] refusals = await stream.SendAsync(1_000);
        Assert.NotEmpty(refusals);
        for (int attempt = 0; attempt < 5; attempt++)
        {
            Assert.All(refusals, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
            await stream.VerifyAsync();
            refusals = await stream.SendAsync();
            Assert.NotEmpty(refusals);
        }

        File.Delete(ballast);
        await Eventually.TrueAsync(
            async () => (await stream.SendAsync()).Length == 0, TimeSpan.FromSeconds(30),
            () => platform.Server!.Output, platform.Server);
        Assert.Empty(await stream.SendAsync(20));
        await stream.VerifyAsync();
        await platform.Server!.KillAsync();
        await platform.StartServerAsync();
        await stream.VerifyAsync();
    }

    private static void FillUp(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        byte[] block = new byte[4096];
        try
        {
            while (true) stream.Write(block);
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }
}
