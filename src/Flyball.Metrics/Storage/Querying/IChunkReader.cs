using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>Decodes the chunks of one place: a block, the head's chunk log, the head's open chunks.</summary>
internal interface IChunkReader
{
    /// <summary>Appends the samples; false when the chunk is damaged.</summary>
    bool TryRead(in ChunkPiece piece, SampleBuffer into);

    /// <summary>Appends the histograms; false when the chunk is damaged.</summary>
    bool TryRead(in ChunkPiece piece, List<TimedHistogram> into);
}
