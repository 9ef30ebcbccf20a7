using System.Text.RegularExpressions;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Sizes of the mounted file systems that hold files of people's; the kernel's own are left out.</summary>
internal sealed partial class FileSystemReader(HostPaths paths) : IHostReader
{
    private readonly ProcFile mounts = paths.ProcFile("1/mounts");
    private readonly ProcFile ownMounts = paths.ProcFile("self/mounts");
    private readonly NameCache names = new(static read => Unescape(read));
    private readonly NameCache points = new(
        static read => LeftOutPoint().IsMatch(Unescape(read)) ? "" : Unescape(read));
    private readonly NameCache types = new(static read => LeftOutType().IsMatch(read) ? "" : read);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public void Read(SampleWriter into)
    {
        if (into.WantsDescriptions) Describe(into);
        seen.Clear();
        ReadOnlySpan<byte> table = mounts.Read();
        var lines = new TextWalk(table.IsEmpty ? ownMounts.Read() : table);
        while (lines.Line(out TextWalk line))
        {
            string device = names.Of(line.Word());
            string point = points.Of(line.Word());
            string type = types.Of(line.Word());
            if (point.Length == 0 || type.Length == 0 || !seen.Add(point)) continue;
            ReadOne(into, device, type, point, IsReadOnly(line.Word()));
        }
    }

    private static void ReadOne(SampleWriter into, string device, string type, string point, bool isReadOnly)
    {
        int failed = LibC.StatFs(point, out LibC.FileSystem found);
        Add("node_filesystem_device_error", failed == 0 ? 0 : 1);
        if (failed != 0) return;
        double block = found.BlockBytes;
        Add("node_filesystem_size_bytes", found.Blocks * block);
        Add("node_filesystem_free_bytes", found.FreeBlocks * block);
        Add("node_filesystem_avail_bytes", found.AvailableBlocks * block);
        Add("node_filesystem_files", found.Files);
        Add("node_filesystem_files_free", found.FreeFiles);
        Add("node_filesystem_readonly", isReadOnly ? 1 : 0);

        void Add(string name, double value) =>
            into.Add(name, value, new("device", device), new("fstype", type), new("mountpoint", point));
    }

    private static bool IsReadOnly(ReadOnlySpan<byte> options) =>
        options.SequenceEqual("ro"u8) || options.StartsWith("ro,"u8);

    /// <summary>The table writes blanks and backslashes in octal.</summary>
    private static string Unescape(string text) =>
        text.Contains('\\', StringComparison.Ordinal)
            ? Octal().Replace(text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString())
            : text;

    private static void Describe(SampleWriter into)
    {
        into.Describe("node_filesystem_size_bytes", "gauge", "How large the file system is.", "bytes");
        into.Describe("node_filesystem_free_bytes", "gauge", "What is free in it.", "bytes");
        into.Describe("node_filesystem_avail_bytes", "gauge", "What users other than root may still use.", "bytes");
        into.Describe("node_filesystem_files", "gauge", "Files it can hold.");
        into.Describe("node_filesystem_files_free", "gauge", "Files that can be added.");
        into.Describe("node_filesystem_readonly", "gauge", "1 when nothing can be written, else 0.");
        into.Describe("node_filesystem_device_error", "gauge", "1 when it could not be asked, else 0.");
    }

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();

    [GeneratedRegex("^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)")]
    private static partial Regex LeftOutPoint();

    [GeneratedRegex(
        "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs"
        + "|overlay|procfs?|proc|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$")]
    private static partial Regex LeftOutType();
}
