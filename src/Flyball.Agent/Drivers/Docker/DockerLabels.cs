namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// How our containers and networks are known: by labels, so that any agent of the node finds them again.
/// </summary>
internal static class DockerLabels
{
    public const string Allocation = "io.flyball.allocation";
    public const string Workload = "io.flyball.workload";
    public const string Version = "io.flyball.version";
    public const string Node = "io.flyball.node";
    public const string Project = "io.flyball.project";

    /// <summary>The ports that a container was made with: one made with others cannot be started again.</summary>
    public const string Ports = "io.flyball.ports";
}
