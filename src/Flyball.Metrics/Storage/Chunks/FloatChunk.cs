using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// A sealed chunk of float samples: count, timestamps, start timestamps where any is known, values. In a block the
/// timestamps stand apart, because all series of a target share them. The layout is in <c>docs/formats/chunks.md</c>.
/// </summary>
internal static class FloatChunk
{
    /// <summary>Flag of the first byte: a column of start timestamps follows.</summary>
    public const int HasStarts = 1;

    /// <summary>
    /// Decodes a chunk's values behind the buffer's end, given how many samples and where their timestamps are.
    /// </summary>
    /// <returns>False when the bytes are no such chunk; the buffer is as before then.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> times, ReadOnlySpan<byte> values, int count, SampleBuffer into)
    {
        int start = into.Count;
        if ((uint)count > ChunkLimits.SamplesMax) return false;
        into.Extend(count);
        if (IntegerColumn.TryDecode(times, into.TimestampsMs[start..])
            && TryDecodeBody(values, into.Values[start..], into.StartsMs[start..])) return true;
        into.Truncate(start);
        return false;
    }

    private static bool TryDecodeBody(ReadOnlySpan<byte> source, Span<double> values, Span<long> starts)
    {
        var reader = new ByteReader(source);
        int flags = reader.Byte();
        if (reader.IsFailed || flags > HasStarts) return false;
        ReadOnlySpan<byte> startColumn = (flags & HasStarts) != 0 ? reader.Sized() : default;
        // The start timestamps' span serves as scratch until the values are done.
        if (reader.IsFailed || !ValueColumn.TryDecode(reader.Rest, values, starts)) return false;
        if ((flags & HasStarts) != 0) return IntegerColumn.TryDecode(startColumn, starts);
        starts.Clear();
        return true;
    }
}
