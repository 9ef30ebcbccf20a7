namespace Flyball.Contracts.Agent;

/// <summary>A port of an allocation and the address where gateways reach it.</summary>
public sealed record BoundPort(string Name, string Address, int Port, string Protocol = "tcp");
