namespace Flyball.Base.Spooling;

/// <summary>A record as it is read back; ids increase and are never used again.</summary>
public readonly record struct SpoolRecord(ulong Id, byte[] Payload);
