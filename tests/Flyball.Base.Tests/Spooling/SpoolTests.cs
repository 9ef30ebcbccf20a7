using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Work;

namespace Flyball.Base.Tests.Spooling;

/// <summary>The bounded queue on disk: its order, its bounds, its restarts.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-spool-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Append_ManyAtOnce_AreReadOnceInOrderOfTheirIds()
    {
        using Spool spool = await OpenAsync();

        SpoolOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 500)
                .Select(i => spool.AppendAsync(Text($"record {i}"), durable: i % 50 == 0).AsTask()));

        Assert.All(outcomes, outcome => Assert.Equal(SpoolOutcome.Kept, outcome));
        List<(ulong Id, string Text)> read = await ReadAllAsync(spool);
        Assert.Equal(Enumerable.Range(1, 500).Select(id => (ulong)id), read.Select(record => record.Id));
        Assert.Equal(500, read.Select(record => record.Text).Distinct().Count());
    }

    [Fact]
    public async Task Rewind_AfterAnAcknowledgement_BeginsBehindIt()
    {
        using Spool spool = await OpenAsync();
        for (int i = 1; i <= 5; i++) await spool.AppendAsync(Text($"{i}"), durable: false);
        await ReadAllAsync(spool);

        spool.Acknowledge(2);
        spool.Rewind();

        Assert.Equal(["3", "4", "5"], (await ReadAllAsync(spool)).Select(record => record.Text));
    }

    [Fact]
    public async Task Restart_KeepsWhatWasNotAcknowledgedAndGoesOnCounting()
    {
        using (Spool spool = await OpenAsync())
        {
            for (int i = 1; i <= 6; i++) await spool.AppendAsync(Text($"{i}"), durable: true);
            spool.Acknowledge(4);
        }

        using Spool again = await OpenAsync();
        await again.AppendAsync(Text("7"), durable: true);

        Assert.Equal([(5ul, "5"), (6ul, "6"), (7ul, "7")], await ReadAllAsync(again));
    }

    [Fact]
    public async Task Restart_WhenAllWasAcknowledged_LeavesNoFile()
    {
        using (Spool spool = await OpenAsync())
        {
            for (int i = 0; i < 3; i++) await spool.AppendAsync(Text("x"), durable: true);
            spool.Acknowledge(3);
        }

        Assert.Empty(Directory.GetFiles(directory));
    }

    [Fact]
    public async Task Full_DropsTheOldestAndCountsThem()
    {
        using Spool spool = await OpenAsync(options => options with { SegmentBytes = 1_000, DiskBytesMax = 5_000 });

        for (int i = 1; i <= 100; i++) await spool.AppendAsync(new byte[200], durable: false);

        List<(ulong Id, string Text)> read = await ReadAllAsync(spool);
        Assert.Equal(100ul, read[^1].Id);
        Assert.Equal(100, spool.Dropped + read.Count);
        Assert.InRange(spool.DiskBytes, 1_000, 5_000);
        Assert.Equal(Enumerable.Range((int)spool.Dropped + 1, read.Count), read.Select(record => (int)record.Id));
    }

    [Fact]
    public async Task Append_TooLargeOrTooMuch_IsRefusedByName()
    {
        using Spool spool = await OpenAsync(
            options => options with { RecordBytesMax = 100, PendingBytesMax = 60 });

        Assert.Equal(SpoolOutcome.TooLarge, await spool.AppendAsync(new byte[101], durable: true));
        Assert.Equal(SpoolOutcome.Busy, await spool.AppendAsync(new byte[61], durable: true));
        Assert.Equal(SpoolOutcome.Kept, await spool.AppendAsync(new byte[60], durable: true));
    }

    [Fact]
    public async Task Append_WhileTheDiskRefuses_SaysSoAndRecoversByItself()
    {
        var disk = new RefusingDisk();
        using Spool spool = await OpenAsync(disk: disk);
        await spool.AppendAsync(Text("before"), durable: true);

        disk.IsBroken = true;
        for (int i = 0; i < 5; i++)
            Assert.Equal(SpoolOutcome.DiskRefused, await spool.AppendAsync(Text("refused"), durable: true));
        disk.IsBroken = false;
        SpoolOutcome after = await spool.AppendAsync(Text("after"), durable: true);

        Assert.Equal(SpoolOutcome.Kept, after);
        Assert.Equal(["before", "after"], (await ReadAllAsync(spool)).Select(record => record.Text));
        Assert.Equal(0, spool.Dropped);
        Assert.Equal(2, Directory.GetFiles(directory).Length);
    }

    [Fact]
    public async Task Append_ToAFullDisk_DropsTheOldestAndKeepsTheNewest()
    {
        var disk = new RefusingDisk { RoomBytes = 5_000 };
        using Spool spool = await OpenAsync(options => options with { SegmentBytes = 1_000 }, disk);

        for (int i = 1; i <= 100; i++)
            Assert.Equal(SpoolOutcome.Kept, await spool.AppendAsync(new byte[200], durable: i % 10 == 0));

        List<(ulong Id, string Text)> read = await ReadAllAsync(spool);
        Assert.Equal(100, spool.Dropped + read.Count);
        Assert.Equal(Enumerable.Range((int)spool.Dropped + 1, read.Count), read.Select(record => (int)record.Id));
        Assert.InRange(read.Count, 5, 25);
    }

    [Fact]
    public async Task Append_ToADiskThatSomebodyElseFilled_IsRefusedAndRecoversByItself()
    {
        var disk = new RefusingDisk { RoomBytes = 0 };
        using Spool spool = await OpenAsync(disk: disk);

        for (int i = 0; i < 5; i++)
            Assert.Equal(SpoolOutcome.DiskRefused, await spool.AppendAsync(Text("refused"), durable: true));
        disk.RoomBytes = 1_000;

        Assert.Equal(SpoolOutcome.Kept, await spool.AppendAsync(Text("after"), durable: true));
        Assert.Equal(["after"], (await ReadAllAsync(spool)).Select(record => record.Text));
        Assert.Single(Directory.GetFiles(directory));
    }

    [Fact]
    public async Task Read_WhileSegmentsEndAndBegin_MissesNone()
    {
        using Spool spool = await OpenAsync(options => options with { SegmentBytes = 300 });
        const int Count = 2_000;
        Task writing = Task.Run(
            async () =>
            {
                for (int i = 1; i <= Count; i++) await spool.AppendAsync(new byte[20], durable: false);
            },
            Cancellation);

        ulong last = 0;
        while (last < Count)
        {
            if (await spool.ReadAsync(Cancellation) is not { } record)
            {
                await spool.WaitAsync(Cancellation);
                continue;
            }

            Assert.Equal(last + 1, record.Id);
            last = record.Id;
            spool.Acknowledge(last);
        }

        await writing;
        Assert.Equal(0, spool.Dropped);
    }

    [Fact]
    public async Task Append_BeforeItIsOpen_IsRefused()
    {
        using var spool = new Spool(
            new SpoolOptions { Directory = directory }, PhysicalDisk.Instance, PoolWorkers.Instance);

        Assert.Equal(SpoolOutcome.DiskRefused, await spool.AppendAsync(Text("x"), durable: true));
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<List<(ulong Id, string Text)>> ReadAllAsync(Spool spool)
    {
        var read = new List<(ulong, string)>();
        while (await spool.ReadAsync(Cancellation) is { } record)
            read.Add((record.Id, Encoding.UTF8.GetString(record.Payload)));
        return read;
    }

    private async Task<Spool> OpenAsync(Func<SpoolOptions, SpoolOptions>? change = null, IDisk? disk = null)
    {
        var options = new SpoolOptions { Directory = directory };
        var spool = new Spool(
            change?.Invoke(options) ?? options, disk ?? PhysicalDisk.Instance, PoolWorkers.Instance);
        await spool.OpenAsync(Cancellation);
        return spool;
    }
}
