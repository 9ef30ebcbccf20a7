using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>Makes shapes of a document's schemas, each once.</summary>
internal sealed class ShapeReader(ApiDescription api)
{
    /// <summary>
    /// Schemas that one shape is made of; more of them are an <c>allOf</c> that nobody writes by hand.
    /// </summary>
    private const int PartsMax = 200;

    private static readonly string[] BoundKeys =
    [
        "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
        "minProperties", "maxProperties", "multipleOf", "pattern", "uniqueItems",
    ];

    private static readonly string[] UnjudgedKeys =
    [
        "not", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas", "prefixItems",
        "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "contentEncoding",
        "contentMediaType",
    ];

    private readonly Dictionary<DocNode, SchemaShape> shapes = new(ReferenceEqualityComparer.Instance);

    /// <summary>The name that the document gives the schema; null for one without.</summary>
    public string? NameOf(Located schema)
    {
        Located end = api.References.Resolve(schema) ?? schema;
        return api.Schemas.TryGetValue(JsonPointer.Last(end.Pointer), out Located named) && named.Node == end.Node
            ? JsonPointer.Last(end.Pointer)
            : null;
    }

    public SchemaShape Read(Located schema)
    {
        Located end = References.Of(schema.Node) is not null && HasOnlyReference(schema)
            ? api.References.Resolve(schema) ?? schema
            : schema;
        if (shapes.TryGetValue(end.Node, out SchemaShape? known)) return known;
        var shape = new SchemaShape { At = end };
        int parts = 0;
        var within = new HashSet<DocNode>(ReferenceEqualityComparer.Instance);
        Add(shape, end, within, ref parts);
        TakeNullOut(shape, shape.OneOf);
        TakeNullOut(shape, shape.AnyOf);
        shapes.Add(end.Node, shape);
        return shape;
    }

    /// <summary>Before 3.1 what stands beside a reference does not count; descriptions never change the form.</summary>
    private bool HasOnlyReference(Located schema) =>
        api.Specification is [.., '2', '.', '0']
        || api.Specification.StartsWith("OpenAPI 3.0", StringComparison.Ordinal)
        || ((MapNode)schema.Node).Entries.All(entry => entry.Key is "$ref" or "description" or "summary");

    private void Add(SchemaShape shape, Located at, HashSet<DocNode> within, ref int parts)
    {
        if (++parts > PartsMax || !within.Add(at.Node)) return;
        if (at.Node is ScalarNode { Kind: ScalarKind.Truth, Text: "false" }) shape.IsNever = true;
        if (at.Node is not MapNode map) return;
        if (References.Of(map) is { } reference)
        {
            if (api.References.Resolve(at) is { } target) Add(shape, target, within, ref parts);
            else shape.Outside = reference;
        }

        foreach (Located part in at.Find("allOf")?.Items() ?? []) Add(shape, part, within, ref parts);
        AddTypes(shape, map);
        AddValues(shape, map);
        AddObject(shape, at, map);
        foreach (string key in BoundKeys) AddBound(shape, map, key);
        foreach (string key in UnjudgedKeys)
            if (map.Find(key) is { } value) shape.Unjudged[key] = JsonText.Of(value);
        shape.OneOf.AddRange(at.Find("oneOf")?.Items() ?? []);
        shape.AnyOf.AddRange(at.Find("anyOf")?.Items() ?? []);
        shape.Items = at.Find("items") ?? shape.Items;
        shape.Discriminator = map.Text("discriminator") ?? map.Map("discriminator")?.Text("propertyName")
            ?? shape.Discriminator;
        if (map.Text("description") is { } description) shape.Description = description;
        shape.IsReadOnly |= map.Flag("readOnly");
        shape.IsWriteOnly |= map.Flag("writeOnly");
        shape.IsDeprecated |= map.Flag("deprecated");
        within.Remove(at.Node);
    }

    private static void AddTypes(SchemaShape shape, MapNode map)
    {
        SortedSet<string>? own = map.Find("type") switch
        {
            ScalarNode { Kind: ScalarKind.Text } one => new SortedSet<string>(StringComparer.Ordinal) { one.Text },
            ListNode list => new SortedSet<string>(ApiDescription.Texts(list), StringComparer.Ordinal),
            _ => null,
        };
        if (map.Flag("nullable") || map.Flag("x-nullable")) own?.Add("null");
        if (own is null) return;
        if (shape.Types is null) shape.Types = own;
        else if (shape.Types.Overlaps(own)) shape.Types.IntersectWith(own);
        else shape.Types = own;
    }

    private static void AddValues(SchemaShape shape, MapNode map)
    {
        SortedSet<string>? values = map.Find("const") is { } constant
            ? new SortedSet<string>(StringComparer.Ordinal) { JsonText.Of(constant) }
            : map.List("enum") is { } list
                ? new SortedSet<string>(list.Items.Select(JsonText.Of), StringComparer.Ordinal)
                : null;
        if (values is not null)
        {
            if (shape.Enum is null) shape.Enum = values;
            else shape.Enum.IntersectWith(values);
        }

        shape.Format = map.Text("format") ?? shape.Format;
        if (map.Find("default") is { } fallback) shape.Default = JsonText.Of(fallback);
    }

    private static void AddObject(SchemaShape shape, Located at, MapNode map)
    {
        foreach ((string name, Located property) in at.Find("properties")?.Entries() ?? [])
            shape.Properties[name] = property;
        foreach (string name in ApiDescription.Texts(map.List("required"))) shape.Required.Add(name);
        if (at.Find("additionalProperties") is not { } further) return;
        if (further.Node is MapNode) shape.Additional = further;
        else shape.IsClosed |= further.Node is ScalarNode { Kind: ScalarKind.Truth, Text: "false" };
    }

    private static void AddBound(SchemaShape shape, MapNode map, string key)
    {
        if (map.Find(key) is not ScalarNode { Kind: not ScalarKind.Null } value) return;
        // 3.0 has truth values here, beside the bound that they sharpen.
        if (value is { Kind: ScalarKind.Truth, Text: "false" }) return;
        shape.Bounds[key] = value.Number is { } number ? JsonText.Number(number) : value.Text;
    }

    /// <summary>An alternative that only says null is the newer way to write a value that may be absent.</summary>
    private void TakeNullOut(SchemaShape shape, List<Located> alternatives)
    {
        int index = alternatives.FindIndex(one =>
            one.Node is MapNode map && map.Text("type") == "null" && map.Entries.Count == 1);
        if (index < 0 || alternatives.Count != 2) return;
        Located other = alternatives[1 - index];
        alternatives.Clear();
        int parts = 0;
        Add(shape, other, new HashSet<DocNode>(ReferenceEqualityComparer.Instance), ref parts);
        shape.Types?.Add("null");
    }
}
