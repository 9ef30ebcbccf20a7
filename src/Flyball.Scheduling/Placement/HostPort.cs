using System.Globalization;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Placement;

/// <summary>A port of the node that a task occupies for itself.</summary>
internal readonly record struct HostPort(string Address, int Number, string Protocol)
{
    private const string Loopback = "127.0.0.1";

    /// <summary>
    /// The node's ports that a task takes: those with a fixed host port and, on the host's network, every port it
    /// listens on.
    /// </summary>
    public static IReadOnlyList<HostPort> Of(TaskSpec task)
    {
        bool onHost = task.NetworkMode == "host";
        List<HostPort>? taken = null;
        foreach (PortSpec port in task.Ports)
        {
            int number = port.HostPort ?? (onHost ? port.ContainerPort : 0);
            if (number == 0) continue;
            string address = port.HostAddress ?? (onHost ? "0.0.0.0" : Loopback);
            (taken ??= []).Add(new HostPort(address, number, port.Protocol));
        }

        return taken ?? (IReadOnlyList<HostPort>)[];
    }

    /// <summary>
    /// Two sockets exclude each other on the same address, or when one of them listens on every address.
    /// </summary>
    public bool ConflictsWith(HostPort other) =>
        Number == other.Number && Protocol == other.Protocol
        && (Address == other.Address || IsWildcard(Address) || IsWildcard(other.Address));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Protocol}");

    private static bool IsWildcard(string address) => address is "0.0.0.0" or "::" or "*";
}
