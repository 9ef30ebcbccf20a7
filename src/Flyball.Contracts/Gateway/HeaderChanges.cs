namespace Flyball.Contracts.Gateway;

/// <summary>Changes to headers: first those to remove, then those to set, then those to add.</summary>
public sealed record HeaderChanges
{
    /// <summary>Replaces whatever the header says; null for none.</summary>
    public IReadOnlyList<HeaderValue>? Set { get; init; }

    /// <summary>Comes beside what is there already; null for none.</summary>
    public IReadOnlyList<HeaderValue>? Add { get; init; }

    /// <summary>Names; null for none.</summary>
    public IReadOnlyList<string>? Remove { get; init; }
}
