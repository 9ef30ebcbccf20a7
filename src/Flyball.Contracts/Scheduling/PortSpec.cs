namespace Flyball.Contracts.Scheduling;

/// <summary>
/// A port of a task. A container listens on <see cref="ContainerPort"/>; a process gets a free port on the node by the
/// environment (<c>PORT</c>, <c>PORT_{NAME}</c>, <c>ASPNETCORE_URLS</c> for the first) unless <see cref="HostPort"/>
/// fixes it.
/// </summary>
public sealed record PortSpec
{
    /// <summary>Lower case; <c>http</c> for the first when not given.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 65535; 0 for processes that take whatever they are given.</summary>
    public int ContainerPort { get; init; }

    /// <summary>A fixed port on the node (<c>ports: ["8080:80"]</c>); null lets the agent choose.</summary>
    public int? HostPort { get; init; }

    /// <summary>The node address that a fixed port binds to; null for loopback.</summary>
    public string? HostAddress { get; init; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol { get; set; } = "tcp";
}
