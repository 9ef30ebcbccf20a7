namespace Flyball.Agent.Drivers;

/// <summary>How a task ended.</summary>
/// <param name="Code">128 + n after signal n; null when nobody saw it.</param>
/// <param name="OutOfMemory">The kernel killed it for its memory limit.</param>
/// <param name="Message">More for people, such as its last words; may be empty.</param>
internal sealed record TaskExit(int? Code, bool OutOfMemory = false, string Message = "");
