using System.Globalization;
using System.Text;

namespace Flyball.Apis.Reading;

/// <summary>
/// Where a value stands in its document: a JSON pointer (RFC 6901). It shares its beginning with those of its
/// neighbours and becomes text only when somebody is told of it, so that a million values below long keys cost no more
/// than a million values.
/// </summary>
internal sealed class JsonPointer
{
    public static readonly JsonPointer Root = new(null, null, 0, 0);

    private readonly JsonPointer? parent;
    private readonly string? key;
    private readonly int index;

    private JsonPointer(JsonPointer? parent, string? key, int index, int length) =>
        (this.parent, this.key, this.index, Length) = (parent, key, index, length);

    /// <summary>Letters of the text, as if none had to be escaped and all indexes were short.</summary>
    public int Length { get; }

    /// <summary>The last part, as it is called in its map or counted in its list; empty for the root.</summary>
    public string Last => key ?? (parent is null ? "" : index.ToString(CultureInfo.InvariantCulture));

    public JsonPointer Join(string child) => new(this, child, 0, Length + 1 + child.Length);

    public JsonPointer Join(int child) => new(this, null, child, Length + 2);

    public override string ToString()
    {
        var parts = new Stack<string>();
        for (JsonPointer at = this; at.parent is not null; at = at.parent) parts.Push(Escape(at.Last));
        var text = new StringBuilder(Length);
        foreach (string part in parts) text.Append('/').Append(part);
        return text.ToString();
    }

    /// <summary>The pointer of a reference into the same document (<c>#/…</c>); null for any other.</summary>
    public static string? OfReference(string reference)
    {
        if (reference == "#") return "";
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        string pointer = reference[1..];
        return pointer.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(pointer) : pointer;
    }

    /// <summary>The value that the text of a pointer leads to, and where it stands; null when there is none.</summary>
    public static (DocNode Node, JsonPointer At)? Find(DocNode root, string pointer)
    {
        DocNode? node = root;
        JsonPointer at = Root;
        if (pointer.Length == 0) return (root, at);
        foreach (string escaped in pointer[1..].Split('/'))
        {
            string part = Unescape(escaped);
            if (node is MapNode map)
            {
                node = map.Find(part);
                at = at.Join(part);
            }
            else if (node is ListNode list && IndexOf(part) is { } index && index < list.Items.Count)
            {
                node = list.Items[index];
                at = at.Join(index);
            }
            else return null;

            if (node is null) return null;
        }

        return (node, at);
    }

    /// <summary>Digits without a needless zero: each item has one pointer only.</summary>
    private static int? IndexOf(string part) =>
        (part.Length == 1 || !part.StartsWith('0'))
        && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    private static string Escape(string part) => part
        .Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Unescape(string part) => part.Contains('~', StringComparison.Ordinal)
        ? part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
        : part;
}
