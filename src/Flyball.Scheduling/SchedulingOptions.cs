namespace Flyball.Scheduling;

/// <summary>How the scheduler decides and what its doors accept.</summary>
public sealed record SchedulingOptions
{
    /// <summary>
    /// Where uploaded build contexts are kept (in a folder <c>blobs</c>); an absolute path. Required.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// From the decision to stop an allocation to the moment its agent stops it even if requests are in flight.
    /// Default 30 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Before the first replacement of an allocation that failed; doubles with each failure in a row. Default 1 s.
    /// </summary>
    public TimeSpan ReplacementDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a replacement. Default 5 min.</summary>
    public TimeSpan ReplacementDelayMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a server that falls silent stays the scheduling one. Default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Versions of a workload kept beside those in use. Default 10.</summary>
    public int VersionHistory { get; init; } = 10;

    /// <summary>Workloads planned and committed at a time. Default 128.</summary>
    public int PassWorkloadsMax { get; init; } = 128;

    /// <summary>Bytes of a request with a manifest at most; more is answered 413. Default 16 MiB.</summary>
    public long ManifestBytesMax { get; init; } = 16L << 20;

    /// <summary>Bytes of a build context at most; more is answered 413. Default 2 GiB.</summary>
    public long BlobBytesMax { get; init; } = 2L << 30;
}
