namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// Where the stream of an open chunk stands: all that the next append needs. The bytes live elsewhere; a copy of both
/// is a consistent snapshot.
/// </summary>
internal struct OpenChunkState
{
    public XorState Value;
    public long LastTimestampMs;
    public long LastDeltaMs;

    /// <summary>0 when unknown.</summary>
    public long StartTimestampMs;
    public int BitPosition;
    public int Count;
}
