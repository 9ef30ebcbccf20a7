using System.Text;
using System.Text.Json;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Upsync;

namespace Flyball.Discovery.Etcd;

/// <summary>Keys as a tree of directories, as etcd's version 2 shows them.</summary>
internal sealed class EtcdTree(CatalogueIndex index, KeyReader keys)
{
    /// <summary>Whether there is such a key or directory.</summary>
    public bool Write(Utf8JsonWriter json, string path, bool isRecursive)
    {
        if (path.Length > 0 && keys.Find(path) is { } leaf)
        {
            Leaf(json, leaf);
            return true;
        }

        List<KeyView> below = [.. Below(path)];
        if (below.Count == 0 && path.Length > 0) return false;
        Directory(json, path, below, isRecursive, isTop: true);
        return true;
    }

    public static string Text(byte[] value) => Encoding.UTF8.GetString(value);

    public static void Value(Utf8JsonWriter json, string key, EtcdValue value, bool withText)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, "/" + key);
        if (withText) json.WriteString("value"u8, value.Text);
        json.WriteNumber("modifiedIndex"u8, value.ModifiedIndex);
        json.WriteNumber("createdIndex"u8, value.CreatedIndex);
        json.WriteEndObject();
    }

    private IEnumerable<KeyView> Below(string path)
    {
        string prefix = path.Length == 0 ? "" : path + "/";
        if (!UpsyncProjection.Root.StartsWith(prefix, StringComparison.Ordinal)) return keys.List(prefix);
        // All services at once; what clients wrote themselves overrules.
        List<KeyView> own = [.. keys.List(prefix)];
        HashSet<string> overruled = [.. own.Select(key => key.Key)];
        return own.Concat(index.Services()
                .SelectMany(service => UpsyncProjection.Keys(index, service.Name, UpsyncProjection.Root))
                .Where(key => !overruled.Contains(key.Key)).Select(KeyView.Of))
            .OrderBy(key => key.Key, StringComparer.Ordinal);
    }

    private static void Leaf(Utf8JsonWriter json, KeyView key) =>
        Value(json, key.Key, new EtcdValue(Text(key.Value), key.CreateIndex, key.ModifyIndex), withText: true);

    /// <param name="json">Where to.</param>
    /// <param name="path">The directory's key.</param>
    /// <param name="below">Every key below it, in order.</param>
    /// <param name="isRecursive">Also what is in the directories in it.</param>
    /// <param name="isTop">It is what was asked for: its own entries are shown in any case.</param>
    private static void Directory(
        Utf8JsonWriter json, string path, List<KeyView> below, bool isRecursive, bool isTop)
    {
        json.WriteStartObject();
        if (path.Length > 0) json.WriteString("key"u8, "/" + path);
        json.WriteBoolean("dir"u8, true);
        if (isTop || isRecursive)
        {
            json.WriteStartArray("nodes"u8);
            Entries(json, path.Length == 0 ? 0 : path.Length + 1, below, isRecursive);
            json.WriteEndArray();
        }

        if (path.Length > 0)
        {
            json.WriteNumber("modifiedIndex"u8, below.Min(key => key.CreateIndex));
            json.WriteNumber("createdIndex"u8, below.Min(key => key.CreateIndex));
        }

        json.WriteEndObject();
    }

    private static void Entries(Utf8JsonWriter json, int start, List<KeyView> below, bool isRecursive)
    {
        for (int i = 0; i < below.Count;)
        {
            string key = below[i].Key;
            int slash = key.IndexOf('/', Math.Min(start, key.Length));
            // A name without characters is no directory: at the root it would hold itself without end.
            if (slash < 0 || slash == start || slash == key.Length - 1)
            {
                Leaf(json, below[i++]);
                continue;
            }

            string directory = key[..slash];
            int end = i;
            while (end < below.Count && below[end].Key.StartsWith(key[..(slash + 1)], StringComparison.Ordinal)) end++;
            Directory(json, directory, below[i..end], isRecursive, isTop: false);
            i = end;
        }
    }
}
