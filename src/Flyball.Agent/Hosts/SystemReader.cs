using System.Runtime.InteropServices;
using System.Text;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>The kernel's name and the machine's clock.</summary>
internal sealed class SystemReader(HostPaths paths) : IHostReader
{
    private readonly ProcFile hostname = paths.ProcFile("sys/kernel/hostname");
    private readonly ProcFile domainname = paths.ProcFile("sys/kernel/domainname");
    private readonly NameCache names = new();
    private readonly string sysname = Once(paths, "ostype");
    private readonly string release = Once(paths, "osrelease");
    private readonly string version = Once(paths, "version");

    public void Read(SampleWriter into)
    {
        into.Add("node_time_seconds", into.AtUnixMs / 1000.0);
        into.Add(
            "node_uname_info", 1,
            new("sysname", sysname), new("release", release), new("version", version), new("machine", Machine),
            new("nodename", names.Of(hostname.Read().TrimEnd((byte)'\n'))),
            new("domainname", names.Of(domainname.Read().TrimEnd((byte)'\n'))));
        if (!into.WantsDescriptions) return;
        into.Describe("node_time_seconds", "gauge", "The machine's clock, since 1970.", "seconds");
        into.Describe("node_uname_info", "gauge", "The kernel and the machine's name, as labels.");
    }

    private static string Machine => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        Architecture other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>What does not change while the kernel runs.</summary>
    private static string Once(HostPaths paths, string name) =>
        Encoding.UTF8.GetString(paths.ProcFile("sys/kernel/" + name).Read()).TrimEnd('\n');
}
