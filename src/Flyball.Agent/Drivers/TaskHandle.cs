namespace Flyball.Agent.Drivers;

/// <summary>
/// A started task: its name for people (process or container id) and what the driver needs to find it again.
/// </summary>
internal sealed record TaskHandle(string Id, string Data);
