namespace Flyball.Metrics.Storage.Querying;

/// <summary>One chunk of a series of a query, not yet decoded.</summary>
internal readonly record struct ChunkPiece
{
    public required long MinMs { get; init; }

    public required long MaxMs { get; init; }

    /// <summary>Who can decode it.</summary>
    public required IChunkReader Reader { get; init; }

    /// <summary>
    /// Where two chunks have a sample at the same time, the one with the lower rank has it: it was written first.
    /// </summary>
    public required long Rank { get; init; }

    public bool IsHistogram { get; init; }

    public int Count { get; init; }

    /// <summary>File, or offset of the timestamps: the reader knows.</summary>
    public long Place { get; init; }

    public int TimesSize { get; init; }

    public long Offset { get; init; }

    public int SizeBytes { get; init; }

    /// <summary>Ranges deleted from it.</summary>
    public IReadOnlyList<TimeRange> Deleted { get; init; }
}
