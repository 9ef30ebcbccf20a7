namespace Flyball.Store;

/// <summary>A reader of a store in another process: what it watches, where it keeps it, how it reconnects.</summary>
public sealed record RemoteReaderOptions
{
    /// <summary>The kinds watched; empty for all that the server serves. Default empty.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The file that keeps the last snapshot; its directory is created. Required.</summary>
    public required string File { get; init; }

    /// <summary>
    /// The longest time between a change and its being kept. Small snapshots are kept sooner: writing takes at most a
    /// fiftieth of the time. Default 5 s.
    /// </summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for the server before it goes on with what was kept. Default 2 s.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The wait before the first new attempt; it doubles, and each is drawn between half of it and all. Default 100 ms.
    /// </summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait, also after a refusal. Default 10 s.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What local watches may be behind before they list again.</summary>
    public StoreLimits Limits { get; init; } = new();

    /// <summary>The largest snapshot accepted from a server or the file, in bytes of values. Default 1 GiB.</summary>
    public long SnapshotBytesMax { get; init; } = 1024L * 1024 * 1024;

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(File)) yield return $"{nameof(File)} must name a file.";
        if (StartWait < TimeSpan.Zero) yield return $"{nameof(StartWait)} must not be negative.";
        if (SaveInterval <= TimeSpan.Zero) yield return $"{nameof(SaveInterval)} must be positive.";
        if (ReconnectMin <= TimeSpan.Zero) yield return $"{nameof(ReconnectMin)} must be positive.";
        if (ReconnectMax < ReconnectMin)
            yield return $"{nameof(ReconnectMax)} must be at least {nameof(ReconnectMin)}.";
        if (SnapshotBytesMax < 1) yield return $"{nameof(SnapshotBytesMax)} must be at least 1.";
        foreach (string problem in Limits.Problems()) yield return $"Limits.{problem}";
    }
}
