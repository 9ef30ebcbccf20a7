using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>Writes the two parts of a sealed float chunk. Holds scratch memory, so one thread at a time.</summary>
internal sealed class FloatChunkEncoder
{
    private readonly IntegerColumnEncoder _integers = new();
    private readonly ValueColumnEncoder _values = new();
    private readonly ByteBuffer _starts = new(64);

    public void EncodeTimes(ReadOnlySpan<long> timestampsMs, ByteBuffer destination) =>
        _integers.Encode(timestampsMs, destination);

    public void EncodeBody(ReadOnlySpan<double> values, ReadOnlySpan<long> startsMs, ByteBuffer destination)
    {
        bool hasStarts = startsMs.IndexOfAnyExcept(0L) >= 0;
        destination.Byte((byte)(hasStarts ? FloatChunk.HasStarts : 0));
        if (hasStarts)
        {
            _starts.Clear();
            _integers.Encode(startsMs, _starts);
            destination.Sized(_starts.Written);
        }

        _values.Encode(values, destination);
    }
}
