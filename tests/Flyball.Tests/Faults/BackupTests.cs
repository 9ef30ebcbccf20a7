using System.Formats.Tar;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>Backup and restore of a running server, and what a kill in the middle leaves behind.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task Restore_AfterChanges_BringsTheOldStateBackAndThePlatformFollows()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        string file = Path.Combine(platform.Directory, "monday.flyball");
        Assert.Equal(0, (await platform.CliAsync("backup", file)).ExitCode);
        await platform.CliAsync("rm", "web");
        await Eventually.TrueAsync(async () => (await platform.ListAsync("allocations")).Length == 0,
            TimeSpan.FromSeconds(30), () => platform.Server!.Output);

        (int code, string output) = await platform.CliAsync("restore", file, "--yes");

        Assert.True(code == 0, output + platform.Server!.Output);
        await platform.WaitForAsync("t.web", 1);
    }

    [Fact]
    public async Task Restore_OnAnotherMachine_KeepsThatMachinesTokens()
    {
        await using Platform first = await Platform.StartAsync();
        await first.ApplyAsync(ComposeText.Web(replicas: 0));
        string file = Path.Combine(first.Directory, "a.flyball");
        Assert.Equal(0, (await first.CliAsync("backup", file)).ExitCode);

        await using Platform second = await Platform.StartAsync();
        (int code, string output) = await second.CliAsync("restore", file, "--yes");

        Assert.True(code == 0, output + second.Server!.Output);
        Assert.Single(await second.ListAsync("workloads"));
    }

    [Fact]
    public async Task Restore_NoBackupOrAHalfOne_IsRefusedAndNothingChanges()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 0));
        string good = Path.Combine(platform.Directory, "good.flyball");
        Assert.Equal(0, (await platform.CliAsync("backup", good)).ExitCode);
        byte[] bytes = await File.ReadAllBytesAsync(good);
        string half = Path.Combine(platform.Directory, "half.flyball");
        await File.WriteAllBytesAsync(half, bytes[..(bytes.Length / 2)]);
        string text = Path.Combine(platform.Directory, "text.flyball");
        await File.WriteAllTextAsync(text, "no tar at all");
        string changed = Path.Combine(platform.Directory, "changed.flyball");
        int at = bytes.AsSpan().IndexOf("Shop.Catalogue.dll"u8);
        Assert.True(at > 0, "the workload's command is in the backup");
        await File.WriteAllBytesAsync(changed, [.. bytes[..at], .. "Shap"u8, .. bytes[(at + 4)..]]);
        string escaping = Path.Combine(platform.Directory, "escaping.flyball");
        await using (var tar = new TarWriter(File.Create(escaping)))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "flyball-backup")
                { DataStream = new MemoryStream("1\n"u8.ToArray()) });
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "../../escaped")
                { DataStream = new MemoryStream("x"u8.ToArray()) });
        }

        foreach (string file in new[] { half, text, changed, escaping })
        {
            (int code, string output) = await platform.CliAsync("restore", file, "--yes");
            Assert.True(code == 1, $"{file}: {output}");
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }

        Assert.Single(await platform.ListAsync("workloads"));
        Assert.False(File.Exists(Path.Combine(platform.Directory, "escaped")));
    }

    [Fact]
    public async Task Backup_ServerKilledInTheMiddle_TheOldStateStandsAndNothingIsLeftBehind()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync(ComposeText.Web(replicas: 1));
        Instance[] before = await platform.WaitForAsync("t.web", 1);
        Task<(int, string)> backup = platform.CliAsync("backup", Path.Combine(platform.Directory, "never.flyball"));

        await platform.Server!.KillAsync();
        await backup;
        await platform.StartServerAsync();

        Assert.Equal(before[0].Handle, (await platform.WaitForAsync("t.web", 1))[0].Handle);
        Assert.Empty(Directory.EnumerateFileSystemEntries(platform.ServerData, "*.tmp"));
    }
}
