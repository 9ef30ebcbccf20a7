namespace Flyball.Contracts.Agent;

/// <summary>Bytes that a command wrote.</summary>
public sealed record ExecOutput(bool IsError, ReadOnlyMemory<byte> Bytes);
