using System.Globalization;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Merging;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// A value of the model with its path: reads it as what a key asks for and reports what does not fit. A field that is
/// absent or null reads as null or nothing; one that does not fit reports an error and reads as null.
/// </summary>
internal readonly struct Field(ComposeNode? node, string path, SourceMark mark, DiagnosticBag diagnostics)
{
    public ComposeNode? Node => node is ScalarNode { IsNull: true } ? null : node;

    public string Path => path;

    public SourceMark Mark => mark;

    /// <summary>False when the key is absent or null.</summary>
    public bool Exists => Node is not null;

    /// <summary>True for one value rather than a list or a map.</summary>
    public bool IsScalar => Node is ScalarNode;

    public Field this[string key]
    {
        get
        {
            MapEntry? entry = (node as MapNode)?.Find(key);
            return new Field(entry?.Value, Join(key), entry is null ? mark : PlaceOf(entry), diagnostics);
        }
    }

    /// <summary>The same field in its long form.</summary>
    public Field As(MergeRule rule) => new(node is null ? null : Shapes.Canonical(node, rule), path, mark, diagnostics);

    public IEnumerable<(string Key, Field Value)> Entries()
    {
        if (Node is null) return [];
        if (node is MapNode map) return Entries(map);
        Error("must be a mapping");
        return [];
    }

    public IEnumerable<Field> Items()
    {
        if (Node is null) return [];
        if (node is ListNode list) return Items(list);
        Error("must be a list");
        return [];
    }

    /// <summary>A list's items, or the one value.</summary>
    public IEnumerable<Field> ItemsOrOne() => Node is null ? [] : node is ListNode list ? Items(list) : [this];

    public string? Text()
    {
        if (Node is null) return null;
        if (node is ScalarNode scalar) return scalar.Text;
        Error("must be a single value");
        return null;
    }

    /// <summary>A text that is not empty.</summary>
    public string? Word()
    {
        string? text = Text();
        if (text is not { Length: 0 }) return text;
        Error("must not be empty");
        return null;
    }

    public bool? Flag() => Text() switch
    {
        null => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "on" or "On" or "y" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "off" or "Off" or "n" => false,
        var other => Refuse<bool>($"'{other}' is neither true nor false"),
    };

    public int? Int(int least, int most)
    {
        if (Text() is not { } text) return null;
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        if (isNumber && number >= least && number <= most) return number;
        return Refuse<int>(FormattableString.Invariant($"'{text}' is no whole number from {least} to {most}"));
    }

    /// <summary>A number from 0 to 1,000,000, part numbers included.</summary>
    public double? Number()
    {
        if (Text() is not { } text) return null;
        ReadOnlySpan<char> rest = text;
        if (DecimalText.TryTake(ref rest, out decimal number) && rest.IsEmpty && number <= 1_000_000)
            return (double)number;
        return Refuse<double>($"'{text}' is no number such as 0.5");
    }

    public TimeSpan? Duration()
    {
        if (Text() is not { } text) return null;
        return ComposeDuration.TryParse(text, out TimeSpan duration)
            ? duration
            : Refuse<TimeSpan>($"'{text}' is no duration such as 1m30s or 500ms");
    }

    public long? Bytes()
    {
        if (Text() is not { } text) return null;
        return ByteSize.TryParse(text, out long bytes)
            ? bytes
            : Refuse<long>($"'{text}' is no size such as 256M or 1.5GB");
    }

    /// <summary>A word out of a few; others are refused with the nearest.</summary>
    public string? OneOf(params ReadOnlySpan<string> words)
    {
        if (Text() is not { } text || words.Contains(text)) return Text();
        string[] all = words.ToArray();
        Error($"'{text}' is not one of {string.Join(", ", all)}", Nearest.Hint(text, all));
        return null;
    }

    /// <summary>A map, or a list of <c>KEY=value</c>, sorted; a null value is a key without one.</summary>
    public SortedDictionary<string, (string? Text, Field Field)> KeyValues(MergeRule rule = MergeRule.KeyValues)
    {
        SortedDictionary<string, (string?, Field)> values = new(StringComparer.Ordinal);
        foreach ((string key, Field value) in As(rule).Entries()) values[key] = (value.Text(), value);
        return values;
    }

    /// <summary>What was probably meant, for the suggestion of an error.</summary>
    public string? Hint(string word, IEnumerable<string> candidates) => diagnostics.Hint(word, candidates);

    public void Error(string message, string? suggestion = null) => diagnostics.Error(mark, path, message, suggestion);

    /// <summary>An error unless the text is PromQL, where somebody can tell.</summary>
    public void CheckPromQl(string expression)
    {
        if (diagnostics.ProblemOfPromQl(expression) is { } problem) Error($"'{expression}' is no PromQL: {problem}");
    }

    public void Warn(string message, string? suggestion = null) => diagnostics.Warn(mark, path, message, suggestion);

    private T? Refuse<T>(string message) where T : struct
    {
        Error(message);
        return null;
    }

    private IEnumerable<(string, Field)> Entries(MapNode map)
    {
        Field self = this;
        return map.Entries.Select(entry => (entry.Key, self[entry.Key]));
    }

    private IEnumerable<Field> Items(ListNode list)
    {
        (string at, DiagnosticBag bag) = (path, diagnostics);
        return list.Items.Select((item, i) => new Field(item, $"{at}[{i}]", item.Mark, bag));
    }

    // A block below its key, or a value behind an alias, is best pointed at by the key.
    private static SourceMark PlaceOf(MapEntry entry) =>
        entry.Value.Mark.Line == entry.KeyMark.Line && entry.Value.Mark.File == entry.KeyMark.File
            ? entry.Value.Mark
            : entry.KeyMark;

    private string Join(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
