using CsCheck;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Tests.Faults;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Tests.Wal;

public sealed class WalTests
{
    private const string Path = "/wal/00000001.wal";

    [Fact]
    public void Samples_AnyOrder_RoundTrip()
    {
        Gen<(ulong Series, long Time, double Value, long Start, bool Late)> sample = Gen.Select(
            Gen.ULong[1, 5000], Gen.OneOf(Gen.Long[0, 10], Gen.Long),
                Gen.OneOf(Gen.Double, Gen.Long[-9, 9].Select(value => (double)value),
                Generators.OneOf(-0.0, 0.5, double.NaN, 1e300, Model.SpecialValues.StaleNaN)), Gen.Long[0, 2],
                    Gen.Bool);
        sample.Array[0, 200].Sample(
            samples =>
            {
                var output = new ByteBuffer();
                var writer = default(SampleRecordWriter);
                foreach (var each in samples)
                    writer.Add(output, each.Series, each.Time, each.Value, each.Start, each.Late);
                var reader = new SampleRecordReader(output.Written);
                foreach (var each in samples)
                {
                    if (!reader.MoveNext() || reader.Series != each.Series || reader.TimestampMs != each.Time
                        || reader.StartMs != each.Start
                        || reader.IsOutOfOrder != each.Late
                        || BitConverter.DoubleToInt64Bits(reader.Value) != BitConverter.DoubleToInt64Bits(
                            each.Value)) return false;
                }

                return !reader.MoveNext() && !reader.IsFailed;
            },
            threads: 1);
    }

    [Fact]
    public void RecordFile_TruncatedAtEachByte_YieldsTheWholeRecords()
    {
        byte[] content = ThreeRecords(out int[] ends);
        for (int length = 0; length <= content.Length; length++)
        {
            List<int> read = Read(content[..length], out RecoveryReport report);
            int whole = ends.Count(end => end <= length);
            Assert.Equal(Enumerable.Range(0, whole), read);
            Assert.Equal(length - (whole == 0 ? 0 : ends[whole - 1]), report.DroppedBytes);
        }
    }

    [Fact]
    public void RecordFile_EachBitFlipped_LosesOnlyTheRecordThatItIsIn()
    {
        byte[] content = ThreeRecords(out int[] ends);
        for (int at = 0; at < content.Length * 8; at++)
        {
            byte[] damaged = [.. content];
            damaged[at / 8] ^= (byte)(1 << (at % 8));
            int hit = Array.FindIndex(ends, end => at / 8 < end);
            List<int> read = Read(damaged, out RecoveryReport report);
            Assert.Equal(Enumerable.Range(0, ends.Length).Where(record => record != hit), read);
            Assert.Equal(ends[hit] - (hit == 0 ? 0 : ends[hit - 1]), report.DroppedBytes);
            Assert.Single(report.Losses);
        }
    }

    [Fact]
    public void RecordFile_RandomBytes_NeverThrows() =>
        Gen.Byte.Array[0, 2000].Sample(bytes => _ = Read(bytes, out _), threads: 1);

    [Fact]
    public void RecordFile_RecordLargerThanTheWindow_IsRead()
    {
        var output = new ByteBuffer();
        RecordFrame.Write(output, RecordType.Series, [0]);
        RecordFrame.Write(output, RecordType.Series, [1, .. new byte[3 << 20]]);
        RecordFrame.Write(output, RecordType.Series, [2]);
        Assert.Equal([0, 1, 2], Read(output.Written.ToArray(), out RecoveryReport report));
        Assert.Equal(0, report.DroppedBytes);
    }

    [Fact]
    public void Writer_AfterAFailedSync_WritesTheSameBytesToANewSegment()
    {
        var disk = new FaultyDisk(1);
        using var wal = new WalWriter(disk, "/wal", 1 << 20, 1);
        var frame = new ByteBuffer();
        RecordFrame.Write(frame, RecordType.Series, [7]);
        wal.Append(frame.Written);
        disk.FlushesUntilFailure = 1;
        Assert.Throws<IOException>(wal.Commit);
        Assert.Equal(0, wal.DurableBytes);
        frame.Clear();
        RecordFrame.Write(frame, RecordType.Series, [8]);
        long position = wal.Append(frame.Written);
        wal.Commit();
        Assert.Equal(position, wal.DurableBytes);
        Assert.Equal([7, 8], Read(disk.ReadAll("/wal/00000002.wal"), out _));
    }

    private static byte[] ThreeRecords(out int[] ends)
    {
        var output = new ByteBuffer();
        ends = new int[3];
        for (int record = 0; record < 3; record++)
        {
            RecordFrame.Write(
                output, RecordType.Series, [(byte)record, 1, 2, 3, 0xFB, 0x57, 9, .. new byte[record * 5]]);
            ends[record] = output.Length;
        }

        return output.Written.ToArray();
    }

    /// <summary>The first payload byte of each record, segment headers left out.</summary>
    private static List<int> Read(byte[] content, out RecoveryReport report)
    {
        var disk = new FaultyDisk(1);
        disk.WriteAll(Path, content);
        report = new RecoveryReport();
        var read = new List<int>();
        new RecordFile(disk, report).Read(Path, (type, payload) =>
        {
            if (type == RecordType.Series) read.Add(payload.Length > 0 ? payload[0] : -1);
        });
        return read;
    }
}
