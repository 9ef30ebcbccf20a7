using System.Globalization;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>
/// A store's files with a flipped bit and cut short, on the real executable: <c>tsdb check</c> tells, and the server
/// starts, says what it dropped, and answers with the rest.
/// </summary>
public sealed class DamagedStoreTests
{
    private const int OldSamples = 400;

    [Fact]
    public async Task Start_LogCheckpointOrBlockIsDamaged_DropsThatAloneAndSaysSo()
    {
        string whole = Directory.CreateTempSubdirectory("flyball-whole-").FullName;
        long samples = await FillAsync(whole);
        foreach (string suffix in new[] { ".wal", ".checkpoint", ".block" })
        {
            foreach (bool isCut in new[] { false, true })
            {
                string damaged = Directory.CreateTempSubdirectory("flyball-damaged-").FullName;
                await CopyAsync(whole, damaged);
                string file = Damage(damaged, suffix, isCut);
                await VerifyAsync(damaged, file, samples, $"{(isCut ? "cut" : "flipped")} {file}");
                Directory.Delete(damaged, recursive: true);
            }
        }

        Directory.Delete(whole, recursive: true);
    }

    /// <summary>
    /// A stopped server's data with a block, a checkpoint and a log; how many of the samples in it are the tests' own.
    /// </summary>
    private static async Task<long> FillAsync(string target)
    {
        await using Platform platform = await Platform.StartAsync();
        var stream = new SampleStream(platform);
        Assert.Empty(await stream.SendAsync(300));
        // After a start with a log to read, a checkpoint is written soon.
        await platform.Server!.KillAsync();
        await platform.StartServerAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(Files(platform.ServerData, ".checkpoint").Length > 0), TimeSpan.FromSeconds(60),
            () => platform.Server!.Output, platform.Server);
        Assert.Empty(await stream.SendAsync(300));
        long recent = await CountAsync(platform, "stream");
        await StopAsync(platform);

        long oldSeconds = DateTimeOffset.UtcNow.AddDays(-2).ToUnixTimeSeconds();
        string import = Path.Combine(platform.Directory, "old.om");
        await File.WriteAllLinesAsync(
            import,
            [
                "# TYPE old gauge",
                .. Enumerable.Range(0, OldSamples)
                    .Select(n => $"old{{n=\"{n % 20:D2}\"}} {n * 0.37} {oldSeconds + (n / 20)}"),
                "# EOF",
            ]);
        (int code, string output) = await platform.CliAsync("tsdb", "import", platform.ServerData, import);
        Assert.True(code == 0, output);
        (code, output) = await platform.CliAsync("tsdb", "check", platform.ServerData);
        Assert.True(code == 0, output);
        await CopyAsync(platform.ServerData, target);
        return recent + OldSamples;
    }

    private static async Task VerifyAsync(string data, string file, long samples, string what)
    {
        await using Platform platform = await Platform.StartAsync(frozenData: data);
        Assert.Contains("Lost at start-up", platform.Server!.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), platform.Server.Output, StringComparison.Ordinal);
        (long old, long recent) = (await CountAsync(platform, "old"), await CountAsync(platform, "stream"));
        Assert.True(old + recent <= samples, $"{what}: {old} and {recent} of {samples} are left.");
        // What lies in other files is whole.
        bool isBlock = file.EndsWith(".block", StringComparison.Ordinal);
        Assert.True(isBlock ? recent == samples - OldSamples : old == OldSamples, $"{what}: {old} and {recent}");
        Assert.Empty(await new SampleStream(platform).SendAsync(3));
        await StopAsync(platform);

        (int code, string output) = await platform.CliAsync("tsdb", "check", data);
        Assert.True(code == 1, $"{what}: {output}");
        Assert.Contains(Path.GetFileName(file), output, StringComparison.Ordinal);
        Assert.EndsWith("damaged\n", output, StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(Platform platform, string metric)
    {
        using JsonDocument answer = JsonDocument.Parse(await platform.Api.GetStringAsync(
            platform.Metrics($"query?query=sum(count_over_time({metric}[3d])) or vector(0)")));
        JsonElement count = answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1];
        return long.Parse(count.GetString()!, CultureInfo.InvariantCulture);
    }

    private static string Damage(string data, string suffix, bool isCut)
    {
        string file = Files(data, suffix).MaxBy(path => new FileInfo(path).Length)!;
        byte[] bytes = File.ReadAllBytes(file);
        if (isCut) bytes = bytes[..(bytes.Length - 3)];
        else bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private static string[] Files(string data, string suffix) => Directory.GetFiles(
        Path.Combine(data, "metrics"), "*" + suffix, SearchOption.AllDirectories);

    private static async Task StopAsync(Platform platform)
    {
        platform.Server!.Signal(15);
        await platform.Server.Process.WaitForExitAsync();
    }

    private static async Task CopyAsync(string from, string to)
    {
        await using Running copy = Running.Start("cp", ["-r", from + "/.", to]);
        await copy.Process.WaitForExitAsync();
        Assert.Equal(0, copy.Process.ExitCode);
    }
}
