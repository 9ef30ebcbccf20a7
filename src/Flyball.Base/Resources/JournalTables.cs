namespace Flyball.Base.Resources;

/// <summary>The append-only tables that exist.</summary>
public static class JournalTables
{
    /// <summary>Why the machine did what it did.</summary>
    public const string Decisions = "decisions";

    /// <summary>What happened to a resource.</summary>
    public const string Events = "events";

    /// <summary>Who changed what.</summary>
    public const string Audit = "audit";
}
