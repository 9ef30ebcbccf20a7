namespace Flyball.Contracts.Agent;

/// <summary>An allocation could not be reached; the message says why, for people.</summary>
public sealed class AllocationAccessException(string message) : Exception(message);
