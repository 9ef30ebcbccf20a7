using System.IO.Hashing;
using System.Text;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>
/// What one target tells about its metric families. Only what changed is handed on, and what did not costs a hash.
/// </summary>
internal sealed class FamilyMetadata
{
    /// <summary>Families of one target whose metadata is kept.</summary>
    public const int FamiliesMax = 10_000;

    private readonly Dictionary<ulong, Family> _families = [];
    private readonly List<Family> _changed = [];
    private volatile IReadOnlyList<MetricMetadata> _shown = [];

    /// <summary>By name, as of the last scrape that changed anything; for any thread.</summary>
    public IReadOnlyList<MetricMetadata> Shown => _shown;

    public void Set(ReadOnlySpan<byte> name, MetadataField field, MetricType type, ReadOnlySpan<byte> text)
    {
        ulong key = XxHash3.HashToUInt64(name);
        if (!_families.TryGetValue(key, out Family? family))
        {
            if (_families.Count == FamiliesMax) return;
            family = new Family(Encoding.UTF8.GetString(name));
            _families.Add(key, family);
        }

        if (!family.Set(field, type, text) || family.IsChanged) return;
        family.IsChanged = true;
        _changed.Add(family);
    }

    /// <summary>Adds what changed since the last <see cref="Commit"/>.</summary>
    public void AddChanges(SampleBatch batch)
    {
        foreach (Family family in _changed) batch.Metadata.Add(family.ToMetadata());
    }

    /// <summary>The changes are stored.</summary>
    public void Commit()
    {
        if (_changed.Count == 0) return;
        foreach (Family family in _changed) family.IsChanged = false;
        _changed.Clear();
        _shown =
        [
            .. _families.Values.Select(family => family.ToMetadata())
                .OrderBy(entry => entry.Name, StringComparer.Ordinal),
        ];
    }

    private sealed class Family(string name)
    {
        private MetricType _type;
        private string _help = "";
        private string _unit = "";
        private ulong _helpKey = XxHash3.HashToUInt64(default);
        private ulong _unitKey = XxHash3.HashToUInt64(default);
        private bool _isKnown;

        public bool IsChanged { get; set; }

        public MetricMetadata ToMetadata() => new(name, MetricTypes.NameOf(_type), _help, _unit);

        /// <summary>Whether it was news.</summary>
        public bool Set(MetadataField field, MetricType type, ReadOnlySpan<byte> text)
        {
            bool isNews = !_isKnown;
            _isKnown = true;
            if (field == MetadataField.Type)
            {
                isNews |= _type != type;
                _type = type;
                return isNews;
            }

            ulong key = XxHash3.HashToUInt64(text);
            if (field == MetadataField.Help && key != _helpKey)
                (_help, _helpKey, isNews) = (Encoding.UTF8.GetString(text), key, true);
            else if (field == MetadataField.Unit && key != _unitKey)
                (_unit, _unitKey, isNews) = (Encoding.UTF8.GetString(text), key, true);
            return isNews;
        }
    }
}
