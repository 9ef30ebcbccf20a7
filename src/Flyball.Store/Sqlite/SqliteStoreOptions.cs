namespace Flyball.Store;

/// <summary>
/// The store on SQLite: where it lives, and its bounds. Figures beside defaults were measured by <c>bench store</c>.
/// </summary>
public sealed record SqliteStoreOptions
{
    /// <summary>
    /// The directory that holds <c>store.db</c>, its write-ahead log and its lock; created when absent. Required.
    /// </summary>
    public required string Directory { get; init; }

    /// <summary>What one transaction may hold, and what watches keep in memory.</summary>
    public StoreLimits Limits { get; init; } = new();

    /// <summary>Transactions that wait for the writer; one more is refused. Default 8,192.</summary>
    public int QueueTransactionsMax { get; init; } = 8_192;

    /// <summary>Bytes of transactions that wait for the writer. Default 64 MiB.</summary>
    public long QueueBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Transactions in one group, that is, in one fsync. Default 2,048: beyond it the fsync no longer weighs.
    /// </summary>
    public int GroupTransactionsMax { get; init; } = 2_048;

    /// <summary>Bytes of transactions in one group; one larger transaction still goes alone. Default 16 MiB.</summary>
    public long GroupBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>
    /// Bytes of a page of a new database: 512 to 65,536, a power of two. Default 4,096: a page is written whole for
    /// each row changed in it.
    /// </summary>
    public int PageBytes { get; init; } = 4_096;

    /// <summary>
    /// The writer's page cache in KiB; a group with more pages than that has them in memory until it is written.
    /// Default 32,768: pages beyond it come from the system's cache, which costs a few microseconds each. Given back
    /// while little is written.
    /// </summary>
    public int CacheKiB { get; init; } = 32_768;

    /// <summary>
    /// Pages written to the log before they are copied into the database, beside the writer. Default 8,192 (32 MiB):
    /// hot pages are then copied once for many writes, and restarting the log stalls the writer rarely.
    /// </summary>
    public int CheckpointPages { get; init; } = 8_192;

    /// <summary>
    /// Pages of log at which the writer copies them itself, since the copying beside it cannot keep up or a reader
    /// holds the log. Default 65,536 (256 MiB): the log never grows much beyond it, save while a backup runs.
    /// </summary>
    public int CheckpointPagesMax { get; init; } = 65_536;

    /// <summary>
    /// How long a write waits while another process (a SQLite shell) holds the database. Default 5 s.
    /// </summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Changes that the log keeps for watches that come back. Default 100,000.</summary>
    public int ChangesKept { get; init; } = 100_000;

    /// <summary>Bytes of values that the log keeps. Default 256 MiB.</summary>
    public long ChangesKeptBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long decisions, events and audit entries are kept. Default 7 days.</summary>
    public TimeSpan JournalKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Rows that each journal table keeps. Default 1,000,000.</summary>
    public int JournalRowsKept { get; init; } = 1_000_000;

    /// <summary>How often old journal rows and ended leases are looked for. Default 1 minute.</summary>
    public TimeSpan HousekeepingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Kinds that no other process may watch. Default <c>token</c> and <c>secret</c>: no agent or gateway needs all of
    /// them.
    /// </summary>
    public IReadOnlyList<string> KindsWithheld { get; init; } = ["token", "secret"];

    /// <summary>
    /// Kinds that the API never shows and that another process gets only when it asks for them by name: what gateways
    /// need and nobody else. Default none.
    /// </summary>
    public IReadOnlyList<string> KindsConfidential { get; init; } = [];

    /// <summary>
    /// Whether to read through the whole database at start and refuse a corrupt one. Default true (about 1 s a GiB).
    /// </summary>
    public bool CheckAtOpen { get; init; } = true;

    /// <summary>False for what the API does not show.</summary>
    internal bool IsShown(string kind) => !KindsWithheld.Contains(kind) && !KindsConfidential.Contains(kind);
}
