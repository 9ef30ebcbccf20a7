namespace Flyball.Contracts.Agent;

/// <summary>One line of captured output without its line end.</summary>
public sealed record LogLine(long AtUnixMs, bool IsError, string Text);
