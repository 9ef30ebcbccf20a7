using System.Globalization;
using System.Runtime.InteropServices;
using Flyball.Cli.Output;

namespace Flyball.Cli.Doctor;

/// <summary>What can be seen from this machine alone: memory, disk, descriptors, cgroups, ports.</summary>
internal static class MachineChecks
{
    private const long DiskBytesMin = 2L * 1024 * 1024 * 1024;
    private const long MemoryBytesMin = 512L * 1024 * 1024;
    private const long DescriptorsMin = 8192;

    public static IEnumerable<Finding> Run(string dataDirectory)
    {
        yield return new Finding("system", FindingLevel.Good,
            $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, .NET {Environment.Version}");
        yield return Memory();
        yield return Disk(dataDirectory);
        yield return Descriptors();
        yield return Cgroups();
        yield return Shell();
    }

    private static Finding Memory()
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return available >= MemoryBytesMin
            ? new Finding("memory", FindingLevel.Good, Words.Bytes(available))
            : new Finding("memory", FindingLevel.Note, $"{Words.Bytes(available)} is little",
                "Flyball itself wants about 200 MiB beside your services.");
    }

    private static Finding Disk(string dataDirectory)
    {
        string folder = Path.GetFullPath(dataDirectory);
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        var drive = new DriveInfo(folder);
        return drive.AvailableFreeSpace >= DiskBytesMin
            ? new Finding("disk", FindingLevel.Good, $"{Words.Bytes(drive.AvailableFreeSpace)} free at {folder}")
            : new Finding("disk", FindingLevel.Problem, $"{Words.Bytes(drive.AvailableFreeSpace)} free at {folder}",
                "When the disk is full the store refuses writes until there is room again; make room or move the data directory with --data.");
    }

    private static Finding Descriptors()
    {
        string? line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(row => row.StartsWith("Max open files", StringComparison.Ordinal));
        string[] parts = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return parts.Length >= 5 && long.TryParse(parts[4], CultureInfo.InvariantCulture, out long hard)
            && hard < DescriptorsMin
            ? new Finding("descriptors", FindingLevel.Note, $"at most {hard} open files",
                "Raise it with 'ulimit -n 65536' or LimitNOFILE= in the unit: each connection needs two.")
            : new Finding(
                "descriptors", FindingLevel.Good, $"{(parts.Length >= 5 ? parts[4] : "unlimited")} open files allowed");
    }

    private static Finding Cgroups()
    {
        bool second = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        bool first = Directory.Exists("/sys/fs/cgroup/memory");
        if (!second && !first)
            return new Finding("cgroups", FindingLevel.Note, "none mounted",
                "Processes run without CPU and memory limits here; containers are limited by their engine.");
        bool writable = Environment.IsPrivilegedProcess;
        return writable
            ? new Finding("cgroups", FindingLevel.Good, second ? "version 2, may be written"
                : "version 1, may be written")
            : new Finding("cgroups", FindingLevel.Note, second ? "version 2, not ours to write"
                : "version 1, not ours to write",
                "Limits of the process driver need root or a delegated cgroup (systemd: Delegate=yes).");
    }

    private static Finding Shell() => File.Exists("/bin/sh")
        ? new Finding("shell", FindingLevel.Good, "/bin/sh is there")
        : new Finding(
            "shell", FindingLevel.Problem, "/bin/sh is missing", "The process driver supervises its tasks by it.");
}
