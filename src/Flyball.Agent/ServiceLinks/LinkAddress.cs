namespace Flyball.Agent.ServiceLinks;

/// <summary>A service's port as processes of one project see it: always the same loopback port of this node.</summary>
internal sealed record LinkAddress(string Project, string Service, string Port, int LocalPort);
