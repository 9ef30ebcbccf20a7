using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>A value of a document and where it stands.</summary>
internal readonly record struct Located(DocNode Node, JsonPointer Pointer)
{
    public Located Child(string key, DocNode child) => new(child, Pointer.Join(key));

    public Located? Find(string key) => (Node as MapNode)?.Find(key) is { } child ? Child(key, child) : null;

    /// <summary>The entries of a map; nothing for any other value.</summary>
    public IEnumerable<(string Key, Located Value)> Entries()
    {
        Located self = this;
        return Node is MapNode map ? map.Entries.Select(entry => (entry.Key, self.Child(entry.Key, entry.Value))) : [];
    }

    /// <summary>The items of a list; nothing for any other value.</summary>
    public IEnumerable<Located> Items()
    {
        Located self = this;
        return Node is ListNode list
            ? list.Items.Select((item, i) => new Located(item, self.Pointer.Join(i)))
            : [];
    }
}
