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

    /// <summary>
    /// What all shapes hold together: properties, values, alternatives. A document has no more values than that, but a
    /// schema that is part of many would be copied into each.
    /// </summary>
    private const int EntriesMax = ReadLimits.NodesMax;

    private static readonly string[] UnjudgedKeys =
    [
        "not", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas", "prefixItems",
        "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "contentEncoding",
        "contentMediaType",
    ];

    private static readonly string[] CopiedKeys =
        ["properties", "required", "enum", "type", "allOf", "oneOf", "anyOf"];

    private readonly Dictionary<DocNode, SchemaShape> shapes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<DocNode, string> texts = new(ReferenceEqualityComparer.Instance);
    private long entries;

    /// <summary>The name that the document gives the schema; null for one without.</summary>
    public string? NameOf(Located schema)
    {
        Located end = api.References.Resolve(schema) ?? schema;
        string last = end.Pointer.Last;
        return api.Schemas.TryGetValue(last, out Located named) && named.Node == end.Node ? last : null;
    }

    /// <summary>A value as JSON, made once.</summary>
    public string TextOf(DocNode node)
    {
        if (!texts.TryGetValue(node, out string? text)) texts.Add(node, text = JsonText.Of(node));
        return text;
    }

    public SchemaShape Read(Located schema)
    {
        Located end = References.Of(schema.Node) is not null && HasOnlyReference(schema)
            ? api.References.Resolve(schema) ?? schema
            : schema;
        if (shapes.TryGetValue(end.Node, out SchemaShape? known)) return known;
        var shape = new SchemaShape { At = end };
        Add(shape, end, new HashSet<DocNode>(ReferenceEqualityComparer.Instance));
        TakeNullOut(shape, shape.OneOf);
        TakeNullOut(shape, shape.AnyOf);
        shapes.Add(end.Node, shape);
        return shape;
    }

    /// <summary>Before 3.1 what stands beside a reference does not count; descriptions never change the form.</summary>
    private bool HasOnlyReference(Located schema) => api.HasReferencesAlone
        || ((MapNode)schema.Node).Entries.All(entry => entry.Key is "$ref" or "description" or "summary");

    /// <summary>Adds a schema to a shape; one that is a part of it already adds nothing.</summary>
    private void Add(SchemaShape shape, Located at, HashSet<DocNode> parts)
    {
        if (shape.IsCut || !parts.Add(at.Node)) return;
        if (at.Node is ScalarNode { Kind: ScalarKind.Truth, Text: "false" }) shape.IsNever = true;
        if (at.Node is not MapNode map) return;
        entries += EntriesOf(map);
        shape.IsCut = parts.Count > PartsMax || entries > EntriesMax;
        if (shape.IsCut) return;
        if (References.Of(map) is { } reference)
        {
            if (api.References.Resolve(at) is { } target) Add(shape, target, parts);
            else shape.Outside = reference;
        }

        foreach (Located part in at.Find("allOf")?.Items() ?? []) Add(shape, part, parts);
        AddTypes(shape, map);
        AddValues(shape, map);
        AddObject(shape, at, map);
        BoundReader.Add(shape, map);
        foreach (string key in UnjudgedKeys)
            if (map.Find(key) is { } value) shape.Unjudged[key] = TextOf(value);
        shape.OneOf.AddRange(at.Find("oneOf")?.Items() ?? []);
        shape.AnyOf.AddRange(at.Find("anyOf")?.Items() ?? []);
        shape.Items = at.Find("items") ?? shape.Items;
        shape.Discriminator = map.Text("discriminator") ?? map.Map("discriminator")?.Text("propertyName")
            ?? shape.Discriminator;
        if (map.Text("description") is { } description) shape.Description = description;
        shape.IsReadOnly |= map.Flag("readOnly");
        shape.IsWriteOnly |= map.Flag("writeOnly");
        shape.IsDeprecated |= map.Flag("deprecated");
    }

    /// <summary>What a schema adds to the shape that it is a part of.</summary>
    private static long EntriesOf(MapNode map) => 1 + CopiedKeys.Sum(key => map.Find(key) switch
    {
        MapNode children => children.Entries.Count,
        ListNode children => children.Items.Count,
        _ => 0L,
    });

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

    private void AddValues(SchemaShape shape, MapNode map)
    {
        SortedSet<string>? values = map.Find("const") is { } constant
            ? new SortedSet<string>(StringComparer.Ordinal) { TextOf(constant) }
            : map.List("enum") is { } list
                ? new SortedSet<string>(list.Items.Select(TextOf), StringComparer.Ordinal)
                : null;
        if (values is not null)
        {
            if (shape.Enum is null) shape.Enum = values;
            else shape.Enum.IntersectWith(values);
        }

        shape.Format = map.Text("format") ?? shape.Format;
        if (map.Find("default") is { } fallback) shape.Default = TextOf(fallback);
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

    /// <summary>An alternative that only says null is the newer way to write a value that may be absent.</summary>
    private void TakeNullOut(SchemaShape shape, List<Located> alternatives)
    {
        int index = alternatives.FindIndex(one =>
            one.Node is MapNode map && map.Text("type") == "null" && map.Entries.Count == 1);
        if (index < 0 || alternatives.Count != 2) return;
        Located other = alternatives[1 - index];
        alternatives.Clear();
        Add(shape, other, new HashSet<DocNode>(ReferenceEqualityComparer.Instance));
        shape.Types?.Add("null");
    }
}
