using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>The memory that one scrape works in; used again by the next.</summary>
internal sealed class ScrapeScratch(long seed)
{
    /// <summary>A body that was larger than this does not stay in memory.</summary>
    private const int KeptBytesMax = 4 << 20;

    public ByteBuffer Body { get; private set; } = new(64 * 1024);

    public ScrapeSink Sink { get; } = new(seed);

    public ProtobufExposition Protobuf { get; } = new();

    public void Shrink()
    {
        if (Body.CapacityBytes > KeptBytesMax) Body = new ByteBuffer(64 * 1024);
    }
}
