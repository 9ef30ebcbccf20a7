namespace Flyball.Contracts.Agent;

/// <summary>A driver on a node, as its fingerprint found it.</summary>
public sealed record DriverInfo(string Name, bool Healthy, string Version, string Message = "");
