using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Pushgateway;

/// <summary>Collects the families of a pushed body.</summary>
internal sealed class PushSink(Labels key, int samplesMax) : IExpositionSink
{
    private static readonly string[] Suffixes =
        ["_bucket", "_count", "_sum", "_total", "_created", "_info", "_gcount", "_gsum"];

    private readonly ByteBuffer _plain = new(1024);
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private string _current = "";
    private int _samples;

    /// <summary>What is wrong with the body beyond its grammar, or null.</summary>
    public string? Problem { get; private set; }

    public SortedDictionary<string, PushFamily> Families() => new(
        _families.ToDictionary(
            pair => pair.Key,
            pair => new PushFamily(pair.Key, pair.Value.Type, pair.Value.Help, pair.Value.Unit, pair.Value.Samples)),
        StringComparer.Ordinal);

    public bool Sample(ref ExpositionSample sample)
    {
        if (sample.HasTimestamp) return Fail("pushed samples must not have timestamps");
        if (++_samples > samplesMax) return Fail($"a push may have {samplesMax} samples");
        _plain.Clear();
        if (!sample.TryDecode(_plain)) return false;
        if (!PlainLabels.TryRead(_plain.Written, out Labels own)) return Fail("a label name comes twice");
        var labels = new LabelsBuilder(own);
        foreach (Label label in key.Items) labels.Set(label.Name, label.Value);
        Labels all = labels.ToLabels();
        if (!_series.Add(all.ToString())) return Fail($"{all} is pushed twice");
        Find(FamilyOf(own.MetricName)).Samples.Add(
            new PushSample(PlainLabels.ToBytes(all), sample.Value, sample.Histogram));
        return true;
    }

    public void Metadata(ReadOnlySpan<byte> family, MetadataField field, MetricType type, ReadOnlySpan<byte> text)
    {
        _current = Encoding.UTF8.GetString(family);
        Family found = Find(_current);
        if (field == MetadataField.Type) found.Type = type;
        else if (field == MetadataField.Help) found.Help = Encoding.UTF8.GetString(text);
        else found.Unit = Encoding.UTF8.GetString(text);
    }

    public void EndFamily()
    {
    }

    private string FamilyOf(string name)
    {
        if (name == _current) return name;
        if (!name.StartsWith(_current, StringComparison.Ordinal) || _current.Length == 0) return name;
        return Suffixes.Contains(name[_current.Length..]) ? _current : name;
    }

    private Family Find(string name)
    {
        if (_families.TryGetValue(name, out Family? found)) return found;
        found = new Family();
        _families.Add(name, found);
        return found;
    }

    private bool Fail(string problem)
    {
        Problem = problem;
        return false;
    }

    private sealed class Family
    {
        public MetricType Type { get; set; }

        public string Help { get; set; } = "";

        public string Unit { get; set; } = "";

        public List<PushSample> Samples { get; } = [];
    }
}
