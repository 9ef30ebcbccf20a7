namespace Flyball.Load.Driving;

/// <summary>A request that is due.</summary>
/// <param name="IntendedAt">When it should have left, nanoseconds; every latency counts from here.</param>
/// <param name="IsRepeat">It left once already, on a connection that was closed meanwhile.</param>
internal readonly record struct DueRequest(long IntendedAt, bool IsRepeat);
