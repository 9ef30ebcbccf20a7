namespace Flyball.Agent.Sessions;

/// <summary>This server's name to agents, new with each start.</summary>
internal sealed record ServerIdentity(string Id, long StartedUnixMs);
