using System.Text;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// Decodes an <c>ExportMetricsServiceRequest</c> into a batch. Points that cannot be taken are left out and counted,
/// the others are taken. Used again; one thread at a time. See https://opentelemetry.io/docs/specs/otlp/.
/// </summary>
internal sealed class OtlpDecoder(OtlpNaming naming, IReadOnlyList<string> promoted, DeltaSums deltas)
{
    private readonly OtlpPoint _point = new();
    private readonly List<KeyValuePair<string, string>> _attributes = [];
    private readonly HashSet<string> _described = new(StringComparer.Ordinal);
    private readonly PointWriter _writer = new(naming, deltas);

    /// <summary>Data points left out.</summary>
    public int RefusedPoints => _writer.Refused;

    /// <summary>Why the first of them was; empty when none was.</summary>
    public string FirstRefusal => _writer.FirstRefusal;

    /// <summary>False when the request is malformed; then the batch is of no use.</summary>
    /// <param name="request">The message in protobuf.</param>
    /// <param name="extra">Labels that the way in adds to every series (workload, allocation, node, …).</param>
    /// <param name="batch">Cleared, then filled.</param>
    public bool TryDecode(ReadOnlySpan<byte> request, Labels extra, SampleBatch batch)
    {
        batch.Clear(LabelForm.Plain);
        _described.Clear();
        _writer.Begin(batch);
        var fields = new ProtoReader(request);
        while (fields.TryNext())
        {
            if (fields.Field != 1) fields.Skip();
            else if (!TryResource(fields.Sized(), extra)) return false;
        }

        return !fields.IsFailed;
    }

    private bool TryResource(ReadOnlySpan<byte> message, Labels extra)
    {
        _attributes.Clear();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 1) fields.Skip();
            else if (!TryAttributes(fields.Sized())) return false;
        }

        if (fields.IsFailed) return false;
        OtlpResource resource = OtlpResource.From(_attributes, extra, promoted, naming);
        _writer.BeginResource(resource);
        fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 2) fields.Skip();
            else if (!TryScope(fields.Sized())) return false;
        }

        _writer.EndResource();
        return true;
    }

    private bool TryAttributes(ReadOnlySpan<byte> resource)
    {
        var fields = new ProtoReader(resource);
        while (fields.TryNext())
        {
            if (fields.Field != 1) fields.Skip();
            else if (!AttributeReader.TryRead(fields.Sized(), _attributes)) return false;
        }

        return !fields.IsFailed;
    }

    private bool TryScope(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 2) fields.Skip();
            else if (!TryMetric(fields.Sized())) return false;
        }

        return !fields.IsFailed;
    }

    private bool TryMetric(ReadOnlySpan<byte> message)
    {
        string name = "";
        string description = "";
        string unit = "";
        int kind = 0;
        ReadOnlySpan<byte> data = default;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1: name = Encoding.UTF8.GetString(fields.Sized()); break;
                case 2: description = Encoding.UTF8.GetString(fields.Sized()); break;
                case 3: unit = Encoding.UTF8.GetString(fields.Sized()); break;
                case 5 or 7 or 9 or 10 or 11:
                    kind = fields.Field;
                    data = fields.Sized();
                    break;
                default: fields.Skip(); break;
            }
        }

        if (fields.IsFailed) return false;
        if (!TryShape(data, kind, out int temporality, out bool isMonotonic, out int points)) return false;
        MetricType type = TypeOf(kind, isMonotonic);
        string stored = naming.Metric(name, unit, type);
        bool hasTemporality = kind is 7 or 9 or 10;
        string? problem = stored.Length == 0 ? "a metric has no name"
            : hasTemporality && temporality is not (1 or 2) ? $"{name} has no aggregation temporality"
            : null;
        if (problem is not null)
        {
            _writer.Refuse(problem, points);
            return true;
        }

        if (_described.Add(stored))
            _writer.Describe(
                new MetricMetadata(stored, MetricTypes.NameOf(type), description, OtlpNaming.Unit(unit)));
        return TryPoints(data, kind, new OtlpMetric(stored, type, hasTemporality && temporality == 1));
    }

    /// <summary>How points are to be understood stands behind them, so it is looked for first.</summary>
    private static bool TryShape(
        ReadOnlySpan<byte> data, int kind, out int temporality, out bool isMonotonic, out int points)
    {
        (temporality, isMonotonic, points) = (0, false, 0);
        var fields = new ProtoReader(data);
        while (fields.TryNext())
        {
            if (fields.Field == 1) points++;
            if (fields.Field == 2 && fields.WireType == 0) temporality = (int)fields.VarUInt();
            else if (kind == 7 && fields.Field == 3 && fields.WireType == 0) isMonotonic = fields.VarUInt() != 0;
            else fields.Skip();
        }

        return !fields.IsFailed;
    }

    private static MetricType TypeOf(int kind, bool isMonotonic) => kind switch
    {
        5 => MetricType.Gauge,
        7 => isMonotonic ? MetricType.Counter : MetricType.Gauge,
        9 or 10 => MetricType.Histogram,
        11 => MetricType.Summary,
        _ => MetricType.Unknown,
    };

    private bool TryPoints(ReadOnlySpan<byte> data, int kind, OtlpMetric metric)
    {
        var fields = new ProtoReader(data);
        while (fields.TryNext())
        {
            if (fields.Field != 1)
            {
                fields.Skip();
                continue;
            }

            ReadOnlySpan<byte> message = fields.Sized();
            bool isGood = kind switch
            {
                9 => PointReader.TryHistogram(message, _point),
                10 => PointReader.TryExponential(message, _point),
                11 => PointReader.TrySummary(message, _point),
                _ => PointReader.TryNumber(message, _point),
            };
            if (!isGood) return false;
            _writer.Write(metric, kind, _point);
        }

        return !fields.IsFailed;
    }
}
