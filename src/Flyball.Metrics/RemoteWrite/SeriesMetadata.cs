using System.IO.Hashing;
using System.Text;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// The metadata of a request's series. Version 2.0 sends it with each series, so what was seen in the same request is
/// skipped by its symbol, and what was seen in an earlier one makes no new strings.
/// </summary>
internal sealed class SeriesMetadata
{
    /// <summary>Entries kept from earlier requests; then all are forgotten.</summary>
    private const int KnownMax = 20_000;

    private static readonly string[] Types =
        ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

    private static readonly string[] HistogramSuffixes = ["_bucket", "_count", "_sum"];
    private static readonly string[] GaugeHistogramSuffixes = ["_bucket", "_gcount", "_gsum"];
    private static readonly string[] SummarySuffixes = ["_count", "_sum"];

    private readonly HashSet<ulong> _names = [];
    private readonly Dictionary<UInt128, MetricMetadata> _known = [];

    public void BeginRequest() => _names.Clear();

    /// <summary>Null, or why the series is refused.</summary>
    public string? Add(ReadOnlySpan<byte> message, ulong nameRef, ReadOnlySpan<byte> request, SymbolList symbols,
        SampleBatch batch)
    {
        ulong type = 0;
        ulong helpRef = 0;
        ulong unitRef = 0;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) type = fields.VarUInt();
            else if (fields.Field == 3 && fields.WireType == 0) helpRef = fields.VarUInt();
            else if (fields.Field == 4 && fields.WireType == 0) unitRef = fields.VarUInt();
            else fields.Skip();
        }

        if (fields.IsFailed) return "metadata is malformed";
        if (type >= (ulong)Types.Length) type = 0;
        if ((type | helpRef | unitRef) == 0 || nameRef == 0 || !_names.Add(nameRef)) return null;
        if (!symbols.TryGet(request, helpRef, out ReadOnlySpan<byte> help)
            || !symbols.TryGet(request, unitRef, out ReadOnlySpan<byte> unit)
            || !symbols.TryGet(request, nameRef, out ReadOnlySpan<byte> name))
            return "metadata refers to a symbol that is not there";
        batch.Metadata.Add(Find(name, (int)type, help, unit));
        return null;
    }

    private MetricMetadata Find(ReadOnlySpan<byte> name, int type, ReadOnlySpan<byte> help, ReadOnlySpan<byte> unit)
    {
        var hash = new XxHash128(type);
        hash.Append(name);
        hash.Append("\0"u8);
        hash.Append(help);
        hash.Append("\0"u8);
        hash.Append(unit);
        UInt128 key = hash.GetCurrentHashAsUInt128();
        if (_known.TryGetValue(key, out MetricMetadata? known)) return known;
        if (_known.Count == KnownMax) _known.Clear();
        known = new MetricMetadata(
            FamilyOf(Encoding.UTF8.GetString(name), Types[type]), Types[type], Encoding.UTF8.GetString(help),
            Encoding.UTF8.GetString(unit));
        _known.Add(key, known);
        return known;
    }

    /// <summary>Metadata belongs to the family, the series of a histogram have names of their own.</summary>
    private static string FamilyOf(string name, string type)
    {
        string[] suffixes = type switch
        {
            "histogram" => HistogramSuffixes,
            "gaugehistogram" => GaugeHistogramSuffixes,
            "summary" => SummarySuffixes,
            _ => [],
        };
        foreach (string suffix in suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
                return name[..^suffix.Length];
        }

        return name;
    }
}
