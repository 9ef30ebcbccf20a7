using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Adds the bounds of a schema to those of a shape. Where parts of an <c>allOf</c> bound the same, the narrower holds.
/// </summary>
internal static class BoundReader
{
    /// <summary>Letters of bounds that hold side by side; further ones are left out.</summary>
    private const int TogetherLengthMax = 4_096;

    private static readonly string[] Keys =
    [
        "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf", "pattern",
        "uniqueItems",
    ];

    public static void Add(SchemaShape shape, MapNode map)
    {
        foreach (string key in Keys) Add(shape, key, Text(map, key));
        AddSided(shape, map, "minimum", "exclusiveMinimum", BoundRules.Over);
        AddSided(shape, map, "maximum", "exclusiveMaximum", BoundRules.Under);
    }

    /// <summary>3.0 has a truth value beside the bound that it sharpens, 3.1 a bound of its own.</summary>
    private static void AddSided(SchemaShape shape, MapNode map, string key, string exclusiveKey, string side)
    {
        string? bound = Text(map, key);
        if (map.Flag(exclusiveKey)) Add(shape, key, bound is null ? null : side + bound);
        else
        {
            Add(shape, key, bound);
            Add(shape, key, Text(map, exclusiveKey) is { } exclusive ? side + exclusive : null);
        }
    }

    private static void Add(SchemaShape shape, string key, string? value)
    {
        // No value is shorter than nothing.
        if (value is null || (value == "0" && key is "minLength" or "minItems" or "minProperties")) return;
        if (!shape.Bounds.TryGetValue(key, out string? known)) shape.Bounds[key] = value;
        else if (known != value) shape.Bounds[key] = Both(key, known, value);
    }

    private static string Both(string key, string one, string other) => BoundRules.Judge(key, one, other) switch
    {
        BoundChange.Narrower => other,
        BoundChange.Wider => one,
        _ => one.Length + other.Length > TogetherLengthMax ? one : $"{one} and {other}",
    };

    private static string? Text(MapNode map, string key) => map.Find(key) switch
    {
        ScalarNode { Kind: ScalarKind.Null } or ScalarNode { Kind: ScalarKind.Truth, Text: "false" } => null,
        ScalarNode { Number: { } number } => JsonText.Number(number),
        ScalarNode scalar => scalar.Text,
        _ => null,
    };
}
