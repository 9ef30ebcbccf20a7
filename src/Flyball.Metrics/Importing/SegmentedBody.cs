using System.Globalization;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Importing;

/// <summary>
/// Reads an OpenMetrics body of any size in segments that end at a line's end, each of which is parsed as a body of its
/// own: the last type line is repeated in front, and an end is put behind.
/// </summary>
internal sealed class SegmentedBody(Stream source, int segmentBytes)
{
    private readonly ByteBuffer _segment = new(segmentBytes + 1024);
    private string _typeLine = "";
    private long _linesBefore;

    /// <summary>Null, or what is wrong and where in the whole body.</summary>
    public string? Read<TSink>(TSink sink) where TSink : ITypedSink
    {
        byte[] rest = [];
        byte[] step = new byte[segmentBytes];
        while (true)
        {
            int read = source.ReadAtLeast(step, segmentBytes, throwOnEndOfStream: false);
            bool isLast = read < segmentBytes;
            ReadOnlySpan<byte> all = [.. rest, .. step.AsSpan(0, read)];
            // The last whole line stays behind: should it be the body's end, nothing more will come.
            int end = isLast ? all.Length : all[..^1].LastIndexOf((byte)'\n') + 1;
            if (end == 0 && all.Length > 2L * segmentBytes && !isLast)
                return $"a line is longer than {segmentBytes} bytes";
            if ((end > 0 || isLast) && ReadSegment(all[..end], isLast, sink) is { } problem) return problem;
            if (isLast) return null;
            rest = all[end..].ToArray();
        }
    }

    private string? ReadSegment<TSink>(ReadOnlySpan<byte> lines, bool isLast, TSink sink) where TSink : ITypedSink
    {
        _segment.Clear();
        int added = _typeLine.Length > 0 ? 1 : 0;
        _segment.Bytes(Encoding.UTF8.GetBytes(_typeLine));
        _segment.Bytes(lines);
        if (!isLast) _segment.Bytes("# EOF\n"u8);
        ExpositionError? error = TextExposition.Read(_segment.Written, ExpositionFormat.OpenMetrics, ref sink);
        if (sink.Problem is { } own) return own;
        if (error is not null)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"line {error.Line - added + _linesBefore}, column {error.Column}: {error.Message}");
        _linesBefore += lines.Count((byte)'\n');
        if (sink.Family.Length > 0) _typeLine = $"# TYPE {sink.Family} {MetricTypes.NameOf(sink.Type)}\n";
        return null;
    }
}
