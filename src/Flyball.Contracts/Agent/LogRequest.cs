namespace Flyball.Contracts.Agent;

/// <summary>
/// Which lines: the last <paramref name="TailLines"/> (null for all kept), those since a time, and then on.
/// </summary>
public sealed record LogRequest(int? TailLines = null, long? SinceUnixMs = null, bool Follow = false);
