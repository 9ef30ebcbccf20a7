namespace Flyball.Metrics.Storage.Head;

/// <summary>Type, help and unit by metric name. Belongs to the head's lock.</summary>
internal sealed class MetadataStore(int countMax)
{
    private readonly Dictionary<string, MetricMetadata> _entries = new(StringComparer.Ordinal);

    /// <summary>Metadata that found no room.</summary>
    public long Refused { get; private set; }

    /// <summary>In the order of names.</summary>
    public IReadOnlyList<MetricMetadata> All() =>
        [.. _entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Whether this is news that the WAL must hold.</summary>
    public bool Set(MetricMetadata entry)
    {
        if (_entries.TryGetValue(entry.Name, out MetricMetadata? old))
        {
            if (old == entry) return false;
        }
        else if (_entries.Count >= countMax)
        {
            Refused++;
            return false;
        }

        _entries[entry.Name] = entry;
        return true;
    }
}
