namespace Flyball.Metrics.Storage;

/// <summary>Limits, times and sizes of the time-series store.</summary>
internal sealed record TimeSeriesOptions
{
    /// <summary>Where WAL, checkpoint, chunks and blocks live.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// How far behind the newest sample of its series a sample may be. Default 30 min; zero turns it off.
    /// </summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How far ahead of the clock a sample may be, so that one wrong clock cannot age all others. Default 10 min.
    /// </summary>
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
    /// Least time between two syncs of the WAL; appends that meet in it share one. A success is answered after the
    /// sync. Default 2 ms; zero syncs as fast as the disk allows.
    /// </summary>
    public TimeSpan GroupCommitInterval { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Size at which a WAL segment is closed. Default 64 MiB.</summary>
    public long WalSegmentBytes { get; init; } = 64L << 20;

    /// <summary>
    /// WAL written since the last checkpoint that causes the next one at the latest: bounds replay. Smaller stores
    /// write one each time the WAL is four times as large as the last checkpoint. Default 256 MiB.
    /// </summary>
    public long CheckpointBytes { get; init; } = 256L << 20;

    /// <summary>Size at which a file of the head's sealed chunks is closed. Default 16 MiB.</summary>
    public long ChunkFileBytes { get; init; } = 16L << 20;

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

    /// <summary>Checks each bound.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names all such options.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        void Check(bool isGood, string problem)
        {
            if (!isGood) problems.Add(problem);
        }

        Check(Directory.Length > 0, $"{nameof(Directory)} is empty");
        Check(BlockRange >= TimeSpan.FromMinutes(1)
            && BlockRange <= TimeSpan.FromDays(20), $"{nameof(BlockRange)} is not in 1 min to 20 d");
        Check(OutOfOrderWindow >= TimeSpan.Zero
            && OutOfOrderWindow <= TimeSpan.FromDays(20), $"{nameof(OutOfOrderWindow)} is not in 0 to 20 d");
        Check(CompactionFactor is >= 2 and <= 100, $"{nameof(CompactionFactor)} is not in 2 to 100");
        Check(LabelsMax is >= 1 and <= 255, $"{nameof(LabelsMax)} is not in 1 to 255");
        Check(LabelNameBytesMax is >= 1 and <= 65_535, $"{nameof(LabelNameBytesMax)} is not in 1 to 65,535");
        Check(LabelValueBytesMax is >= 1 and <= 65_535, $"{nameof(LabelValueBytesMax)} is not in 1 to 65,535");
        Check(ChunkFileBytes is >= 1 << 16 and <= 1 << 30, $"{nameof(ChunkFileBytes)} is not in 64 KiB to 1 GiB");
        Check(WalSegmentBytes is >= 1 << 12 and <= 1 << 30, $"{nameof(WalSegmentBytes)} is not in 4 KiB to 1 GiB");
        Check(GroupCommitInterval >= TimeSpan.Zero, $"{nameof(GroupCommitInterval)} is negative");
        Check(SeriesMax >= 1, $"{nameof(SeriesMax)} is not positive");
        if (problems.Count > 0) throw new ArgumentException(string.Join("; ", problems) + ".");
    }
}
