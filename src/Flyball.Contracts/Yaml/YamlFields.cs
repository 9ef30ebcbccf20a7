using System.Globalization;

namespace Flyball.Contracts.Yaml;

/// <summary>
/// A mapping being read key by key. Whatever was asked for is a known key; <see cref="Finish"/> refuses the rest and
/// names the nearest one.
/// </summary>
public sealed class YamlFields
{
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    private YamlFields(YamlMap map, YamlProblems problems)
    {
        Map = map;
        Problems = problems;
        foreach (YamlEntry entry in map.Entries) _entries[entry.Key] = entry;
    }

    public YamlMap Map { get; }

    public YamlProblems Problems { get; }

    /// <summary>Null, with a problem, when the node is no mapping.</summary>
    public static YamlFields? TryOf(YamlNode node, YamlProblems problems)
    {
        if (node is YamlMap map) return new YamlFields(map, problems);
        problems.Add(node, "a mapping of keys and values is expected");
        return null;
    }

    public bool Has(string key) => Node(key) is not null;

    /// <summary>The value of a key, or null when it is absent or empty.</summary>
    public YamlNode? Node(string key)
    {
        _known.Add(key);
        return _entries.TryGetValue(key, out YamlEntry? entry) && entry.Value is not YamlScalar { IsNull: true }
            ? entry.Value
            : null;
    }

    /// <summary>A mapping below a key, or null.</summary>
    public YamlFields? Fields(string key) => Node(key) is { } node ? TryOf(node, Problems) : null;

    public string? Text(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalar scalar:
                return scalar.Text;
            case { } other:
                Problems.Add(other, $"{key} takes a single value");
                return null;
        }
    }

    public string Text(string key, string absent) => Text(key) ?? absent;

    public bool Flag(string key, bool absent)
    {
        string? text = Text(key);
        if (text is null) return absent;
        if (text is "true" or "True" or "TRUE" or "yes" or "on") return true;
        if (text is not ("false" or "False" or "FALSE" or "no" or "off")) Fail(key, "takes true or false");
        return false;
    }

    /// <summary>A count; 0 means no limit where the key is a limit.</summary>
    public int Count(string key, int absent)
    {
        string? text = Text(key);
        if (text is null) return absent;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return count;
        Fail(key, $"takes a whole number, not {text}");
        return absent;
    }

    /// <summary>The items below a key; a single value where a list is expected is a problem.</summary>
    public IReadOnlyList<YamlNode> List(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlList list:
                return list.Items;
            case { } other:
                Problems.Add(other, $"{key} takes a list");
                return [];
        }
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (YamlNode item in List(key))
        {
            if (item is YamlScalar scalar) texts.Add(scalar.Text);
            else Problems.Add(item, $"{key} takes a list of single values");
        }

        return texts;
    }

    /// <summary>The keys and single values below a key, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        if (Fields(key) is not { } fields) return pairs;
        foreach (YamlEntry entry in fields.Map.Entries)
        {
            if (entry.Value is YamlScalar scalar) pairs.Add(new(entry.Key, scalar.IsNull ? "" : scalar.Text));
            else Problems.Add(entry.Value, $"{entry.Key} takes a single value");
        }

        return pairs;
    }

    /// <summary>Adds a problem at a key, or at the mapping when the key is absent.</summary>
    public void Fail(string key, string message)
    {
        if (_entries.TryGetValue(key, out YamlEntry? entry))
            Problems.Add(entry.Line, entry.Column, $"{key} {message}");
        else Problems.Add(Map, $"{key} {message}");
    }

    /// <summary>Refuses keys that nobody asked for.</summary>
    public void Finish()
    {
        foreach (YamlEntry entry in Map.Entries)
        {
            if (_known.Contains(entry.Key)) continue;
            string hint = NearestWord.Of(entry.Key, _known) is { } near ? $"; did you mean {near}?" : "";
            Problems.Add(entry.Line, entry.Column, $"there is no key {entry.Key} here{hint}");
        }
    }
}
