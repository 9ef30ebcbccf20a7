using Flyball.Tests.Harness;

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
