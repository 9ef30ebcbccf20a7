namespace Flyball.Apis.Reading;

/// <summary>JSON pointers (RFC 6901), as text.</summary>
internal static class JsonPointer
{
    public static string Join(string pointer, string key) =>
        $"{pointer}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Join(string pointer, int index) => FormattableString.Invariant($"{pointer}/{index}");

    /// <summary>The last part, as it is called in its map.</summary>
    public static string Last(string pointer) => Unescape(pointer[(pointer.LastIndexOf('/') + 1)..]);

    /// <summary>The pointer of a reference into the same document (<c>#/…</c>); null for any other.</summary>
    public static string? OfReference(string reference)
    {
        if (reference == "#") return "";
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        string pointer = reference[1..];
        return pointer.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(pointer) : pointer;
    }

    public static DocNode? Find(DocNode root, string pointer)
    {
        if (pointer.Length == 0) return root;
        DocNode? node = root;
        foreach (string part in pointer[1..].Split('/'))
        {
            node = node switch
            {
                MapNode map => map.Find(Unescape(part)),
                ListNode list when int.TryParse(part, out int index) && index >= 0 && index < list.Items.Count =>
                    list.Items[index],
                _ => null,
            };
            if (node is null) return null;
        }

        return node;
    }

    private static string Unescape(string part) => part.Contains('~', StringComparison.Ordinal)
        ? part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
        : part;
}
