namespace Flyball.Apis.Reading;

/// <summary>A JSON object or a YAML mapping, in its own order and without duplicate keys.</summary>
internal sealed class MapNode : DocNode
{
    private readonly Dictionary<string, DocNode> byKey;

    public MapNode(int line, int column, IReadOnlyList<KeyValuePair<string, DocNode>> entries) : base(line, column)
    {
        Entries = entries;
        byKey = new Dictionary<string, DocNode>(entries, StringComparer.Ordinal);
        Size = 1 + entries.Sum(entry => SizeOf(entry.Key) + entry.Value.Size);
    }

    public IReadOnlyList<KeyValuePair<string, DocNode>> Entries { get; }

    public override long Size { get; }

    public DocNode? Find(string key) => byKey.GetValueOrDefault(key);

    public MapNode? Map(string key) => Find(key) as MapNode;

    public ListNode? List(string key) => Find(key) as ListNode;

    /// <summary>The text under the key; null when it is absent or no single value.</summary>
    public string? Text(string key) =>
        Find(key) is ScalarNode { Kind: not ScalarKind.Null } scalar ? scalar.Text : null;

    /// <summary>Whether <c>true</c> stands under the key.</summary>
    public bool Flag(string key) => Find(key) is ScalarNode { Kind: ScalarKind.Truth, Text: "true" };
}
