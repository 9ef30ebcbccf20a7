using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Ports;

/// <summary>
/// Chooses the node's ports for allocations: fixed ones as asked, the others from a range below the kernel's ephemeral
/// ports, each for one allocation at a time. Thread-safe.
/// </summary>
internal sealed class PortAllocator(AgentOptions options, IPortProbe probe, Random random)
{
    private readonly Lock gate = new();
    private readonly SortedSet<(int Port, string Protocol)> taken = [];
    private int cursor = -1;

    /// <summary>Ports for a new allocation.</summary>
    /// <returns>The ports, or why there are none.</returns>
    public (IReadOnlyList<BoundPort> Ports, string? Problem) Choose(TaskSpec spec)
    {
        // The host's network is shared: a task listens where it listens. Without a network nobody reaches it.
        if (spec.NetworkMode == "none") return ([], null);
        bool shared = spec.Driver == "docker" && spec.NetworkMode == "host";
        var ports = new List<BoundPort>();
        lock (gate)
        {
            foreach (PortSpec port in spec.Ports)
            {
                int? number = shared ? port.ContainerPort : port.HostPort ?? Next(port.Protocol);
                if (number is null)
                {
                    Release(ports);
                    return ([], $"All ports from {options.TaskPortMin} to {options.TaskPortMax} are in use.");
                }

                string address = port.HostPort is not null && port.HostAddress is { Length: > 0 } fixedAddress
                    ? fixedAddress : options.Address;
                ports.Add(new BoundPort(port.Name, address, number.Value, port.Protocol));
                if (port.HostPort is null && !shared) taken.Add((number.Value, port.Protocol));
            }
        }

        return (ports, null);
    }

    /// <summary>Ports that an allocation had before the agent was restarted.</summary>
    public void Keep(IReadOnlyList<BoundPort> ports)
    {
        lock (gate)
        {
            foreach (BoundPort port in ports) taken.Add((port.Port, port.Protocol));
        }
    }

    public void Release(IReadOnlyList<BoundPort> ports)
    {
        lock (gate)
        {
            foreach (BoundPort port in ports) taken.Remove((port.Port, port.Protocol));
        }
    }

    /// <summary>The failure when somebody else has one of the ports now; null when all can be bound.</summary>
    public DriverFailure? Check(TaskSpec spec, IReadOnlyList<BoundPort> ports)
    {
        foreach (BoundPort port in ports)
        {
            if (probe.IsFree(port.Address, port.Port, port.Protocol)) continue;
            bool isFixed = spec.NetworkMode == "host" || spec.Ports.Any(p => p.HostPort == port.Port);
            return new DriverFailure(
                FormattableString.Invariant(
                    $"The port {port.Port}/{port.Protocol} on {port.Address} is in use by another program."),
                IsPortTaken: !isFixed);
        }

        return null;
    }

    private int? Next(string protocol)
    {
        int count = options.TaskPortMax - options.TaskPortMin + 1;
        if (cursor < 0) cursor = random.Next(count);
        for (int tried = 0; tried < count; tried++)
        {
            cursor = (cursor + 1) % count;
            int port = options.TaskPortMin + cursor;
            if (!taken.Contains((port, protocol)) && probe.IsFree(options.Address, port, protocol)) return port;
        }

        return null;
    }
}
