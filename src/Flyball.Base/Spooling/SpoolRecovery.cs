namespace Flyball.Base.Spooling;

/// <summary>What was found when a spool was opened.</summary>
/// <param name="Records">Records that were not acknowledged and will be read again.</param>
/// <param name="DamagedBytes">Bytes that could not be read; what a crash left of a last write is among them.</param>
public sealed record SpoolRecovery(long Records, long DamagedBytes);
