using System.Text;
using CsCheck;
using Flyball.Agent.Logs;
using Flyball.Base.Work;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Tests.Logs;

/// <summary>From raw files to log files and back.</summary>
public sealed class AllocationLogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-log-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private AllocationLog Open(long fileBytesMax = 1 << 20, int filesMax = 1_000) =>
        new(directory, fileBytesMax, filesMax);

    private async Task<List<LogLine>> ReadAsync(LogRequest? request = null)
    {
        var lines = new List<LogLine>();
        var reader = new LogReader(Path.Combine(directory, "logs"), TimeProvider.System, PoolWorkers.Instance);
        await foreach (LogLine line in reader.ReadAsync(request ?? new LogRequest(), () =>
            true, TestContext.Current.CancellationToken)) lines.Add(line);
        return lines;
    }

    [Fact]
    public async Task Pump_LinesOfBothStreams_KeepTextTimeAndStream()
    {
        using AllocationLog log = Open();
        (string output, string error) = log.Begin(1);
        await File.AppendAllTextAsync(output, "one\r\n\n  two  \nunfinished", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(error, "öops\n", TestContext.Current.CancellationToken);
        log.Pump(5);

        Assert.Equal(
            [new LogLine(5, false, "one"), new LogLine(5, false, ""), new LogLine(5, false, "  two  "),
                new LogLine(5, true, "öops")], await ReadAsync());
    }

    [Fact]
    public async Task Finish_UnfinishedLine_IsKeptAndRawFilesGo()
    {
        using AllocationLog log = Open();
        (string output, _) = log.Begin(1);
        await File.AppendAllTextAsync(output, "no line end", TestContext.Current.CancellationToken);
        log.Finish(1, 7);

        Assert.Equal([new LogLine(7, false, "no line end")], await ReadAsync());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(directory, "raw")));
    }

    [Fact]
    public async Task Pump_NothingFollowsALineWithoutItsEnd_IsShownAfterASecondAndItsEndIsNoLine()
    {
        using AllocationLog log = Open();
        (string output, _) = log.Begin(1);
        await File.AppendAllTextAsync(output, "name", TestContext.Current.CancellationToken);
        log.Pump(1_000);
        await File.AppendAllTextAsync(output, "? ", TestContext.Current.CancellationToken);
        log.Pump(1_900);
        log.Pump(2_800);
        Assert.Empty(await ReadAsync());

        log.Pump(2_900);
        await File.AppendAllTextAsync(output, "\nthanks\n", TestContext.Current.CancellationToken);
        log.Pump(3_000);

        Assert.Equal([new LogLine(2_900, false, "name? "), new LogLine(3_000, false, "thanks")], await ReadAsync());
    }

    [Fact]
    public async Task Pump_VeryLongLine_IsCutAndNothingIsLost()
    {
        using AllocationLog log = Open();
        (string output, _) = log.Begin(1);
        string text = new('x', 200_000);
        await File.AppendAllTextAsync(output, text + "\nnext\n", TestContext.Current.CancellationToken);
        log.Pump(1);

        List<LogLine> lines = await ReadAsync();
        Assert.Equal(text + "next", string.Concat(lines.Select(l => l.Text)));
        Assert.All(lines, l => Assert.True(l.Text.Length <= RawStream.LineBytesMax));
    }

    /// <summary>
    /// Killed anywhere: the log file is cut at any byte, and what follows is exactly what was not in it.
    /// </summary>
    [Fact]
    public async Task Open_LogFileCutAtEveryByte_NothingIsLostOrRepeated()
    {
        string[] written = [.. Enumerable.Range(0, 12).Select(i => $"line {i} {new string('.', i)}")];
        using (AllocationLog log = Open())
        {
            (string output, string error) = log.Begin(1);
            for (int i = 0; i < written.Length; i++)
                await File.AppendAllTextAsync(
                    i % 3 == 0 ? error : output, written[i] + "\n", TestContext.Current.CancellationToken);
            log.Pump(1);
        }

        string file = Path.Combine(directory, "logs", "00000001.log");
        byte[] whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            foreach (string old in Directory.EnumerateFiles(Path.Combine(directory, "logs"))) File.Delete(old);
            await File.WriteAllBytesAsync(file, whole[..cut], TestContext.Current.CancellationToken);
            using AllocationLog log = Open();
            log.Pump(1);
            Assert.Equal(written.Order(StringComparer.Ordinal), (await ReadAsync()).Select(l => l.Text)
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Rotation_ManyFiles_EveryLineOnceAndTheOldestGo()
    {
        using AllocationLog log = Open(fileBytesMax: 2_000, filesMax: 3);
        (string output, _) = log.Begin(1);
        for (int i = 0; i < 500; i++)
        {
            await File.AppendAllTextAsync(output, $"line {i}\n", TestContext.Current.CancellationToken);
            if (i % 7 == 0) log.Pump(i);
        }

        log.Pump(500);
        List<LogLine> lines = await ReadAsync();
        int first = int.Parse(lines[0].Text[5..], System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(3, Directory.EnumerateFiles(Path.Combine(directory, "logs")).Count());
        Assert.Equal(Enumerable.Range(first, 500 - first).Select(i => $"line {i}"), lines.Select(l => l.Text));
        Assert.InRange(first, 1, 450);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(250)]
    [InlineData(10_000)]
    public async Task Read_Tail_GivesTheLastLines(int tail)
    {
        using AllocationLog log = Open(fileBytesMax: 1_000);
        (string output, _) = log.Begin(1);
        for (int i = 0; i < 300; i++)
        {
            await File.AppendAllTextAsync(output, $"line {i}\n", TestContext.Current.CancellationToken);
            if (i % 5 == 0) log.Pump(i);
        }

        log.Pump(300);
        Assert.Equal(
            Enumerable.Range(Math.Max(0, 300 - tail), Math.Min(300, tail)).Select(i => $"line {i}"),
            (await ReadAsync(new LogRequest(TailLines: tail))).Select(l => l.Text));
    }

    [Fact]
    public async Task Read_Since_SkipsOlderLines()
    {
        using AllocationLog log = Open();
        (string output, _) = log.Begin(1);
        await File.AppendAllTextAsync(output, "old\n", TestContext.Current.CancellationToken);
        log.Pump(10);
        await File.AppendAllTextAsync(output, "new\n", TestContext.Current.CancellationToken);
        log.Pump(20);

        Assert.Equal(["new"], (await ReadAsync(new LogRequest(SinceUnixMs: 20))).Select(l => l.Text));
    }

    [Fact]
    public void Pump_MuchOutput_FreesTheRawFilesBlocks()
    {
        using AllocationLog log = Open(fileBytesMax: 16 << 20, filesMax: 2);
        (string output, _) = log.Begin(1);
        byte[] line = Encoding.ASCII.GetBytes(new string('x', 1023) + "\n");
        using (FileStream raw = new(output, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            for (int i = 0; i < 16 * 1024; i++) raw.Write(line);
        }

        bool cannotPunch = log.Pump(1);

        Assert.False(cannotPunch, "The file system of the test's directory cannot punch holes.");
        Assert.Equal(16L << 20, new FileInfo(output).Length);
        Assert.InRange(AllocatedBytes(output), 0, 1 << 20);
    }

    [Fact]
    public void TryParse_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 100].Sample(bytes => LogRecord.TryParse(bytes, out LogRecord record)
            ? record.Text.Length < bytes.Length : record.Text.IsEmpty);

    [Fact]
    public void TryParse_WhatWasWritten_IsReadBack()
    {
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Bool, Gen.Long[0, long.MaxValue],
            Gen.Byte.Where(b => b != '\n').Array[0, 50])
            .Sample((at, attempt, isError, rawEnd, text) =>
            {
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                new LogRecord { AtUnixMs = at, Stream = new StreamId(attempt, isError), RawEnd = rawEnd,
                    Text = text }.WriteTo(output);
                Assert.True(LogRecord.TryParse(output.WrittenSpan[..^1], out LogRecord back));
                return back.AtUnixMs == at && back.Stream == new StreamId(attempt, isError) && back.RawEnd == rawEnd
                    && back.Text.SequenceEqual(text);
            });
    }

    private static long AllocatedBytes(string path)
    {
        using var du = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("du", ["--block-size=1", path]) { RedirectStandardOutput = true })!;
        string text = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(text.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
