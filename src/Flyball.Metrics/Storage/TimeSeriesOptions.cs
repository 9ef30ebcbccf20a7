namespace Flyball.Metrics.Storage;

/// <summary>Limits, times and sizes of the time-series store.</summary>
internal sealed record TimeSeriesOptions
{
    /// <summary>Where WAL, checkpoint, chunks and blocks live.</summary>
    public required string Directory { get; init; }

    /// <summary>How far behind the newest sample of the store a sample may be. Default 30 min; zero turns it off.</summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How far ahead of the clock a sample may be, so that one wrong clock cannot age all others. Default 10 min.</summary>
    public TimeSpan FutureMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Span of the smallest blocks. Default 2 h.</summary>
    public TimeSpan BlockRange { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many blocks of a level make one of the next. Default 3: 2 h, 6 h, 18 h, 54 h.</summary>
    public int CompactionFactor { get; init; } = 3;

    /// <summary>Compaction makes no block longer than this. Default 54 h.</summary>
    public TimeSpan BlockRangeMax { get; init; } = TimeSpan.FromHours(54);

    /// <summary>Blocks whose newest sample is older are deleted. Default 15 d.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Oldest blocks are deleted while all are larger than this; zero means no bound. Default 0.</summary>
    public long RetentionBytes { get; init; }

    /// <summary>
    /// Least time between two syncs of the WAL; appends that meet in it share one. A success is answered after the sync.
    /// Default 2 ms; zero syncs as fast as the disk allows.
    /// </summary>
    public TimeSpan GroupCommitInterval { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Size at which a WAL segment is closed. Default 64 MiB.</summary>
    public long WalSegmentBytes { get; init; } = 64L << 20;

    /// <summary>WAL written since the last checkpoint that causes the next one: bounds replay. Default 256 MiB.</summary>
    public long CheckpointBytes { get; init; } = 256L << 20;

    /// <summary>Size at which a file of the head's sealed chunks is closed. Default 64 MiB.</summary>
    public long ChunkFileBytes { get; init; } = 64L << 20;

    /// <summary>How often compaction, checkpoints and retention are looked at. Default 15 s.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Series in memory. Default 10,000,000.</summary>
    public int SeriesMax { get; init; } = 10_000_000;

    /// <summary>Series in memory of one tenant; zero means no bound. Default 0.</summary>
    public int SeriesPerTenantMax { get; init; }

    /// <summary>Series in memory with one value of the label <c>job</c>; zero means no bound. Default 0.</summary>
    public int SeriesPerJobMax { get; init; }

    /// <summary>Labels of a series. Default 64.</summary>
    public int LabelsMax { get; init; } = 64;

    /// <summary>Bytes of a label name. Default 256.</summary>
    public int LabelNameBytesMax { get; init; } = 256;

    /// <summary>Bytes of a label value. Default 4,096.</summary>
    public int LabelValueBytesMax { get; init; } = 4096;

    /// <summary>Exemplars kept in all, the oldest going first. Default 100,000.</summary>
    public int ExemplarsMax { get; init; } = 100_000;

    /// <summary>Metric names whose type, help and unit are kept. Default 100,000.</summary>
    public int MetadataMax { get; init; } = 100_000;
}
