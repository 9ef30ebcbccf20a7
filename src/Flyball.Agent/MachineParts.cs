using Flyball.Agent.Drivers.Docker;
using Flyball.Agent.Logs;
using Flyball.Agent.ServiceLinks;

namespace Flyball.Agent;

/// <summary>What belongs to a real machine; an agent of the simulator has none of it.</summary>
internal sealed record MachineParts(LogPump Logs, LinkTable Links, DockerSweep? Sweep);
