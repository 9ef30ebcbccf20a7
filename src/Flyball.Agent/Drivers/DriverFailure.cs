namespace Flyball.Agent.Drivers;

/// <summary>Why a task could not be prepared or started, in a sentence for people.</summary>
/// <param name="Message">What is wrong and, where it is known, what would help.</param>
/// <param name="IsPermanent">Trying the same spec again here cannot help: it fails instead of backing off.</param>
/// <param name="IsPortTaken">A port that the agent chose is in use by somebody else: another one is chosen.</param>
internal sealed record DriverFailure(string Message, bool IsPermanent = false, bool IsPortTaken = false);
