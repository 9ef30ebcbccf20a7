namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// One container port and where it is published; <see cref="Published"/> is null when the agent chooses.
/// </summary>
internal readonly record struct PortMapping(string? HostAddress, int? Published, int Target, string Protocol);
