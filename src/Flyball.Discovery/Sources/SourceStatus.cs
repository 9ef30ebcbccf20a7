namespace Flyball.Discovery.Sources;

/// <summary>A source as it was last seen.</summary>
internal sealed record SourceStatus(string Name, string Address)
{
    public SourceState State { get; init; }

    /// <summary>When it last answered; null for not since the start.</summary>
    public long? AnsweredUnixMs { get; init; }

    /// <summary>What it did instead of answering; or which of its entries make no sense. Empty for nothing.</summary>
    public string Problem { get; init; } = "";

    public int Services { get; init; }

    public int Endpoints { get; init; }

    /// <summary>Services that the source shows empty, and whose last known stay until that is confirmed.</summary>
    public int Confirming { get; init; }

    /// <summary>Entries that make no sense.</summary>
    public int Unreadable { get; init; }
}
