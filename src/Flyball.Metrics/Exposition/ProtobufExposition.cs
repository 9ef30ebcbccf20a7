using Flyball.Base.Codecs;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// Reads length-delimited <c>io.prometheus.client.MetricFamily</c> messages, the only scrape format with native
/// histograms. See https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto.
/// Holds scratch memory, so one thread at a time.
/// </summary>
internal sealed class ProtobufExposition
{
    private readonly MetricMessage _metric = new();

    /// <summary>
    /// Whether the classic buckets of a histogram that has native ones are samples as well. Default false.
    /// </summary>
    public bool AlwaysTakesClassicHistograms { get; set; }

    /// <summary>Null when the whole body was read, or the sink stopped without an error of its own.</summary>
    public ExpositionError? Read<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : IExpositionSink
    {
        int at = 0;
        while (at < body.Length)
        {
            int prefix = VarInt.Read(body[at..], out ulong size);
            if (prefix == 0 || size > (ulong)(body.Length - at - prefix))
                return new ExpositionError(0, 0, $"the metric family at byte {at} is cut off");
            string? problem = ReadFamily(body.Slice(at + prefix, (int)size), ref sink);
            if (problem is not null)
                return problem.Length == 0
                    ? null
                    : new ExpositionError(0, 0, $"the metric family at byte {at}: {problem}");
            at += prefix + (int)size;
        }

        sink.EndFamily();
        return null;
    }

    /// <summary>Null when it was read, empty when the sink stopped.</summary>
    private string? ReadFamily<TSink>(ReadOnlySpan<byte> message, ref TSink sink)
        where TSink : IExpositionSink
    {
        if (!TryReadHead(message, out ReadOnlySpan<byte> name, out MetricType type, ref sink))
            return name.IsEmpty ? "there is no name" : "the message is malformed";
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 4)
            {
                fields.Skip();
                continue;
            }

            string? problem = _metric.Read(fields.Sized(), name, type, AlwaysTakesClassicHistograms, ref sink);
            if (problem is not null) return problem;
        }

        return null;
    }

    private static bool TryReadHead<TSink>(
        ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out MetricType type, ref TSink sink)
        where TSink : IExpositionSink
    {
        name = default;
        type = MetricType.Counter;
        ReadOnlySpan<byte> help = default;
        ReadOnlySpan<byte> unit = default;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1) name = fields.Sized();
            else if (fields.Field == 2) help = fields.Sized();
            else if (fields.Field == 3 && fields.WireType == 0) type = TypeOf(fields.VarUInt());
            else if (fields.Field == 5) unit = fields.Sized();
            else fields.Skip();
        }

        if (fields.IsFailed || name.IsEmpty) return false;
        sink.EndFamily();
        sink.Metadata(name, MetadataField.Type, type, default);
        if (!help.IsEmpty) sink.Metadata(name, MetadataField.Help, type, help);
        if (!unit.IsEmpty) sink.Metadata(name, MetadataField.Unit, type, unit);
        return true;
    }

    private static MetricType TypeOf(ulong number) => number switch
    {
        0 => MetricType.Counter,
        1 => MetricType.Gauge,
        2 => MetricType.Summary,
        4 => MetricType.Histogram,
        5 => MetricType.GaugeHistogram,
        _ => MetricType.Unknown,
    };
}
