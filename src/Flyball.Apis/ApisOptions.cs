namespace Flyball.Apis;

/// <summary>How the catalogue of APIs works. Every bound has its default here; what one refuses is counted.</summary>
public sealed record ApisOptions
{
    /// <summary>Names this server as a holder of the lease <c>apis</c>.</summary>
    public string Holder { get; init; } = "server";

    /// <summary>
    /// How long the lease lasts without being renewed: as long as another server waits. It is renewed before each look,
    /// which takes at most <see cref="FetchTimeout"/> and some. Default 30 s.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks at what is documented, changes apart. Default 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of a document; a longer one is refused. Default 4 MiB, at most 16 MiB.</summary>
    public int DocumentBytesMax { get; init; } = 4 << 20;

    /// <summary>From connecting to a document's last byte. Default 10 s.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Documents that are fetched at once. Default 4.</summary>
    public int FetchesMax { get; init; } = 4;

    /// <summary>
    /// After a document could not be fetched; each further failure doubles it, up to <see cref="RetryDelayMax"/>.
    /// Default 2 s.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Default 5 minutes.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Versions of a workload whose documents are kept. Default 10.</summary>
    public int VersionsKept { get; init; } = 10;

    /// <summary>Documents whose index for searching is in memory; others are read again. Default 2,000.</summary>
    public int IndexesMax { get; init; } = 2_000;

    /// <summary>
    /// Letters of all indexes for searching that are in memory, two bytes each; the least used go first. Default 64 Mi.
    /// </summary>
    public long IndexLettersMax { get; init; } = 64 << 20;

    /// <summary>
    /// Documents that are read or compared at once, each with some fifty times its bytes of memory; further requests
    /// wait. Default 2.
    /// </summary>
    public int ReadersMax { get; init; } = 2;
}
