using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Pushgateway;

/// <summary>
/// Groups on disk, a file each; the layout is in <c>docs/formats/push.md</c>. A file is written beside the old one and
/// takes its place when it is durable.
/// </summary>
internal sealed class PushFile(IDisk disk, string directory)
{
    private const byte Version = 1;
    private const string Extension = ".push";
    private const string MarkName = "format";

    /// <exception cref="IOException">The disk refuses; the old file stands.</exception>
    public void Write(PushGroup group)
    {
        disk.CreateDirectory(directory);
        string path = PathOf(group.Key);
        string beside = path + ".tmp";
        byte[] bytes = Encode(group);
        using (IDiskFile file = disk.Open(beside, DiskOpenMode.Truncate))
        {
            file.Write(0, bytes);
            file.Flush();
        }

        disk.Rename(beside, path);
        disk.SyncDirectory(directory);
    }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Delete(Labels key)
    {
        string path = PathOf(key);
        if (!disk.Exists(path)) return;
        disk.Delete(path);
        disk.SyncDirectory(directory);
    }

    /// <summary>All groups, and the names of files that are damaged.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public (List<PushGroup> Groups, List<string> Damaged) ReadAll()
    {
        var groups = new List<PushGroup>();
        var damaged = new List<string>();
        disk.CreateDirectory(directory);
        foreach (string name in disk.List(directory))
        {
            if (!name.EndsWith(Extension, StringComparison.Ordinal)) continue;
            string path = Path.Combine(directory, Path.GetFileName(name));
            using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
            byte[] bytes = new byte[file.Length];
            int size = file.Read(0, bytes);
            if (TryDecode(bytes.AsSpan(0, size)) is { } group) groups.Add(group);
            else damaged.Add(path);
        }

        return (groups, damaged);
    }

    /// <summary>Says that the folder holds all groups of a moment, though there may be none.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Mark()
    {
        disk.CreateDirectory(directory);
        using (IDiskFile file = disk.Open(MarkPath, DiskOpenMode.Truncate))
        {
            file.Write(0, "1\n"u8);
            file.Flush();
        }

        disk.SyncDirectory(directory);
    }

    /// <summary>Whether the folder is a copy as <see cref="Mark"/> completes it.</summary>
    public bool IsMarked => disk.Exists(MarkPath);

    /// <summary>Deletes the copy, its mark first.</summary>
    /// <exception cref="IOException">The disk refuses; without a mark the rest is of no meaning.</exception>
    public void DeleteCopy()
    {
        disk.Delete(MarkPath);
        disk.SyncDirectory(directory);
        foreach (string name in disk.List(directory)) disk.Delete(Path.Combine(directory, Path.GetFileName(name)));
    }

    private string MarkPath => Path.Combine(directory, MarkName);

    internal static byte[] Encode(PushGroup group)
    {
        var to = new ByteBuffer(4096);
        to.Byte(Version);
        to.Sized(PlainLabels.ToBytes(group.Key));
        to.VarLong(group.PushedMs);
        to.VarLong(group.FailedMs);
        to.VarUInt((ulong)group.Families.Count);
        foreach (PushFamily family in group.Families.Values)
        {
            to.Text(family.Name);
            to.Byte((byte)family.Type);
            to.Text(family.Help);
            to.Text(family.Unit);
            to.VarUInt((ulong)family.Samples.Count);
            foreach (PushSample sample in family.Samples)
            {
                to.Sized(sample.Labels);
                to.Byte(sample.Histogram is null ? (byte)0 : (byte)1);
                if (sample.Histogram is { } histogram) HistogramCodec.Write(to, histogram);
                else to.Double(sample.Value);
            }
        }

        to.UInt32(Crc32C.Of(to.Written));
        return to.Written.ToArray();
    }

    internal static PushGroup? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 5) return null;
        ReadOnlySpan<byte> content = bytes[..^4];
        if (Crc32C.Of(content) != BitConverter.ToUInt32(bytes[^4..])) return null;
        var from = new ByteReader(content);
        if (from.Byte() != Version || !PlainLabels.TryRead(from.Sized(), out Labels key)) return null;
        long pushedMs = from.VarLong();
        long failedMs = from.VarLong();
        var families = new SortedDictionary<string, PushFamily>(StringComparer.Ordinal);
        int count = from.Count(from.RemainingBytes);
        for (int index = 0; index < count; index++)
        {
            if (TryDecodeFamily(ref from) is not { } family) return null;
            families[family.Name] = family;
        }

        return from.IsFailed
            ? null
            : new PushGroup { Key = key, Families = families, PushedMs = pushedMs, FailedMs = failedMs };
    }

    private static PushFamily? TryDecodeFamily(ref ByteReader from)
    {
        string name = from.Text();
        var type = (MetricType)from.Byte();
        string help = from.Text();
        string unit = from.Text();
        var samples = new List<PushSample>();
        int count = from.Count(from.RemainingBytes);
        for (int index = 0; index < count; index++)
        {
            byte[] labels = from.Sized().ToArray();
            bool isHistogram = from.Byte() == 1;
            NativeHistogram? histogram = isHistogram ? HistogramCodec.TryRead(ref from) : null;
            double value = isHistogram ? 0 : from.Double();
            if (from.IsFailed || (isHistogram && histogram is null)) return null;
            samples.Add(new PushSample(labels, value, histogram));
        }

        return from.IsFailed ? null : new PushFamily(name, type, help, unit, samples);
    }

    private string PathOf(Labels key)
    {
        UInt128 hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(key.ToString()));
        return Path.Combine(directory, hash.ToString("x32", CultureInfo.InvariantCulture) + Extension);
    }
}
