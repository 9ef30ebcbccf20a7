using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Work;

namespace Flyball.Base.Tests.Spooling;

/// <summary>The segment format: a frozen file, every truncation, every flipped byte.</summary>
public sealed class SpoolFormatTests : IDisposable
{
    /// <summary>
    /// The frozen file holds them in this order, with an acknowledgement of the first before the last; it was made by
    /// another program.
    /// </summary>
    private static readonly string[] Records = ["one", "two", "three"];

    private readonly string directory = Directory.CreateTempSubdirectory("flyball-spool-").FullName;

    private string Segment => Path.Combine(directory, "00000001.spool");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Write_IsByteForByteTheFrozenFile() => Assert.Equal(Frozen(), await WriteAsync());

    [Fact]
    public async Task Read_TheFrozenFile_YieldsWhatWasNotAcknowledged()
    {
        await File.WriteAllBytesAsync(Segment, Frozen(), Cancellation);

        (SpoolRecovery found, string[] read) = await ReadAsync();

        Assert.Equal(["two", "three"], read);
        Assert.Equal(new SpoolRecovery(2, 0), found);
    }

    [Fact]
    public async Task Truncated_AtEachByte_YieldsThePrefixAndStartsAgain()
    {
        byte[] whole = Frozen();
        for (int length = 0; length < whole.Length; length++)
        {
            await RestoreAsync(whole[..length]);

            (SpoolRecovery found, string[] read) = await ReadAsync();

            string[] expected = [.. Records[..RecordsWithin(whole, length)].Skip(AcknowledgedWithin(whole, length))];
            Assert.Equal(expected, read);
            Assert.Equal(length - WholeWithin(whole, length), found.DamagedBytes);
        }
    }

    [Fact]
    public async Task Flipped_AnyBit_YieldsOnlyWhatWasWritten()
    {
        byte[] whole = Frozen();
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            await RestoreAsync(damaged);

            (SpoolRecovery found, string[] read) = await ReadAsync();

            Assert.True(found.DamagedBytes > 0, $"The flip at {at} was not seen.");
            Assert.All(read, text => Assert.Contains(text, Records));
            Assert.Equal(read.Distinct(), read);
        }
    }

    /// <summary>Where each frame of the frozen file ends, after its header.</summary>
    private static IEnumerable<(int End, byte Kind)> Frames(byte[] whole)
    {
        int at = 8;
        while (at < whole.Length)
        {
            int length = BitConverter.ToInt32(whole, at);
            byte kind = whole[at + 8];
            at += 8 + length;
            yield return (at, kind);
        }
    }

    private static int RecordsWithin(byte[] whole, int length) =>
        Frames(whole).Count(frame => frame.End <= length && frame.Kind == 1);

    private static int AcknowledgedWithin(byte[] whole, int length) =>
        Frames(whole).Count(frame => frame.End <= length && frame.Kind == 2);

    private static int WholeWithin(byte[] whole, int length) =>
        length < 8 ? 0 : Frames(whole).Select(frame => frame.End).Where(end => end <= length).Append(8).Max();

    private static byte[] Frozen() => File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "Spooling", "segment-1.spool"));

    private async Task<byte[]> WriteAsync()
    {
        Spool spool = Create();
        await spool.OpenAsync(Cancellation);
        await spool.AppendAsync(Encoding.UTF8.GetBytes("one"), durable: true);
        await spool.AppendAsync(Encoding.UTF8.GetBytes("two"), durable: true);
        spool.Acknowledge(1);
        await spool.AppendAsync(Encoding.UTF8.GetBytes("three"), durable: true);
        byte[] bytes = await File.ReadAllBytesAsync(Segment, Cancellation);
        spool.Dispose();
        return bytes;
    }

    private async Task RestoreAsync(byte[] bytes)
    {
        foreach (string file in Directory.GetFiles(directory)) File.Delete(file);
        await File.WriteAllBytesAsync(Segment, bytes, Cancellation);
    }

    private async Task<(SpoolRecovery Found, string[] Read)> ReadAsync()
    {
        using Spool spool = Create();
        SpoolRecovery found = await spool.OpenAsync(Cancellation);
        var read = new List<string>();
        while (await spool.ReadAsync(Cancellation) is { } record) read.Add(Encoding.UTF8.GetString(record.Payload));
        return (found, [.. read]);
    }

    private Spool Create() => new(
        new SpoolOptions { Directory = directory }, PhysicalDisk.Instance, PoolWorkers.Instance);
}
