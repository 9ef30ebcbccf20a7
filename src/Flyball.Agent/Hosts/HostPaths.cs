namespace Flyball.Agent.Hosts;

/// <summary>Where the kernel shows itself; tests point at copies.</summary>
internal sealed record HostPaths(string Proc, string Sys)
{
    public static readonly HostPaths Machine = new("/proc", "/sys");

    public ProcFile ProcFile(string name) => new(Path.Combine(Proc, name));
}
