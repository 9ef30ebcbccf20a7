namespace Flyball.Metrics.Storage.Chunks;

/// <summary>Sizes that the writers keep to and the decoders refuse beyond.</summary>
internal static class ChunkLimits
{
    /// <summary>
    /// Samples at which an open chunk is sealed: half an hour at 15 s, which keeps the open stream near 200 bytes.
    /// </summary>
    public const int OpenSamplesMax = 120;

    /// <summary>Samples of a chunk in a block: two hours at 15 s, so headers cost 0.05 bytes a sample.</summary>
    public const int BlockSamplesMax = 480;

    /// <summary>A decoder believes no chunk that claims more.</summary>
    public const int SamplesMax = 512;

    /// <summary>A decoder believes no histogram with more buckets.</summary>
    public const int BucketsMax = 65_536;
}
