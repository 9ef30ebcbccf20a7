namespace Flyball.Base.Spooling;

/// <summary>Where a spool keeps its records and how much of them.</summary>
public sealed record SpoolOptions
{
    /// <summary>An absolute directory that belongs to the spool alone. Required.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes on disk; beyond them the oldest segment is dropped and counted. Default 256 MiB.</summary>
    public long DiskBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>A segment file that has grown to this gets no more records. Default 1 MiB.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes in memory that wait to be written; more are refused as busy. Default 8 MiB.</summary>
    public int PendingBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>One record at most; a larger one is refused. Default 6 MiB.</summary>
    public int RecordBytesMax { get; init; } = 6 * 1024 * 1024;
}
