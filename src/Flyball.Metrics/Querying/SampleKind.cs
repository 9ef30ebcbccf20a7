namespace Flyball.Metrics.Querying;

/// <summary>What an iterator stands on.</summary>
internal enum SampleKind : byte
{
    /// <summary>No more samples.</summary>
    None,

    /// <summary>A float.</summary>
    Float,

    /// <summary>A native histogram.</summary>
    Histogram,
}
