namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>A mapping in the file's order; keys are unique.</summary>
internal sealed class MapNode : ComposeNode
{
    private readonly Dictionary<string, MapEntry> _byKey;

    public MapNode(SourceMark mark, IReadOnlyList<MapEntry> entries, MergeTag tag = MergeTag.None)
        : base(mark, tag, 1 + entries.Sum(entry => entry.Value.Size))
    {
        Entries = entries;
        _byKey = new Dictionary<string, MapEntry>(entries.Count, StringComparer.Ordinal);
        foreach (MapEntry entry in entries) _byKey.Add(entry.Key, entry);
    }

    public IReadOnlyList<MapEntry> Entries { get; }

    public MapEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    public static MapNode Empty(SourceMark mark) => new(mark, []);
}
