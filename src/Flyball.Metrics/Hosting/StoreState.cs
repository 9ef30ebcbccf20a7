namespace Flyball.Metrics.Hosting;

/// <summary>What the store of this process is doing.</summary>
internal enum StoreState
{
    /// <summary>It is being read from disk; queries and writes are refused meanwhile.</summary>
    Opening,

    Open,

    /// <summary>A backup is being put in its place.</summary>
    Restoring,

    /// <summary>The process ends.</summary>
    Closed,
}
