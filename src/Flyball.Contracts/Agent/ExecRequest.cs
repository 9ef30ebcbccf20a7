namespace Flyball.Contracts.Agent;

/// <summary>A command to run in an allocation.</summary>
public sealed record ExecRequest(IReadOnlyList<string> Command, bool Tty = false, int Columns = 80, int Rows = 24);
