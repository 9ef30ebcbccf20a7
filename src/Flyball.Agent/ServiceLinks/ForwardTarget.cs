namespace Flyball.Agent.ServiceLinks;

/// <summary>Where a connection may be forwarded to.</summary>
internal readonly record struct ForwardTarget(string Address, int Port);
