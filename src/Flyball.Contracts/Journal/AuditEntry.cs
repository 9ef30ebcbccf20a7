namespace Flyball.Contracts.Journal;

/// <summary>Who changed what, or tried to.</summary>
public sealed record AuditEntry
{
    public int Format { get; set; } = 1;

    /// <summary>The identity the request proved.</summary>
    public required string Identity { get; init; }

    /// <summary>What was asked: <c>apply</c>, <c>scale</c>, <c>exec</c>…</summary>
    public required string Action { get; init; }

    /// <summary>What it was asked of.</summary>
    public required string Target { get; init; }

    /// <summary>
    /// <c>ok</c>, <c>refused</c> or <c>failed</c>; <c>begun</c> for what takes long and gets an entry for its end.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The address that the request came from.</summary>
    public string Remote { get; set; } = "";

    public string Detail { get; set; } = "";
}
