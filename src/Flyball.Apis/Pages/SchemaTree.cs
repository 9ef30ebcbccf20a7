using System.Globalization;
using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Pages;

/// <summary>
/// Shows schemas as trees of their properties. A named schema is shown once, where it is named, and linked from
/// everywhere else; so trees end, whatever refers to whatever. Places without a name are written out wherever they are
/// referred to: a tree also ends where the page is full.
/// </summary>
internal sealed class SchemaTree(Html page, ApiDescription api)
{
    private const int DepthMax = 8;

    private const int PropertiesMax = 200;

    private const int ValuesMax = 20;

    private const int AlternativesMax = 50;

    private readonly ShapeReader shapes = new(api);

    /// <summary>A schema where it is used: its name as a link, or the tree of one without a name.</summary>
    public void Use(Located? schema)
    {
        if (schema is not { } at)
        {
            page.Add($"<span class=\"soft\">anything</span>");
            return;
        }

        Type(at, depth: 0);
    }

    /// <summary>A schema where it is named.</summary>
    public void Define(string name, Located schema)
    {
        SchemaShape shape = shapes.Read(schema);
        page.Add($"""
            <details><summary><strong class="mono">{name}</strong>
            <span class="soft">{shape.TypeWords}</span></summary>
            <div class="inside" id="{Anchors.Schema(name)}">
            """);
        if (shape.Description.Length > 0) page.Add($"<p class=\"words\">{shape.Description}</p>");
        Facts(shape);
        Inside(shape, depth: 0);
        page.Add($"</div></details>");
    }

    private void Type(Located at, int depth)
    {
        if (References.Of(at.Node) is not null && shapes.NameOf(at) is { } name)
        {
            page.Add($"<a class=\"mono\" href=\"#{Anchors.Schema(name)}\">{name}</a>");
            return;
        }

        SchemaShape shape = shapes.Read(at);
        if (shape.Items is { } items && shape.Properties.Count == 0)
        {
            page.Add($"<span class=\"mono\">list of </span>");
            if (depth < DepthMax) Type(items, depth + 1);
            Facts(shape);
            return;
        }

        page.Add($"<span class=\"mono\">{shape.TypeWords}</span>");
        Facts(shape);
        Inside(shape, depth);
    }

    private void Inside(SchemaShape shape, int depth)
    {
        bool isEmpty = shape.Properties.Count + shape.OneOf.Count + shape.AnyOf.Count == 0
            && shape.Additional is null && (depth > 0 || shape.Items is null);
        if (isEmpty) return;
        if (depth >= DepthMax)
        {
            page.Add($" <span class=\"soft\">… and so on</span>");
            return;
        }

        page.Add($"<ul class=\"tree\">");
        foreach ((string name, Located property) in shape.Properties.Take(PropertiesMax))
        {
            if (page.IsFull) break;
            Property(name, property, shape.Required.Contains(name), depth);
        }

        More(shape.Properties.Count - PropertiesMax);
        if (depth == 0 && shape.Items is { } items) Part("each is", items, depth);
        if (shape.Additional is { } more) Part("any other property is", more, depth);
        Alternatives("one of: ", shape.OneOf, depth);
        Alternatives("any of: ", shape.AnyOf, depth);
        page.Add($"</ul>");
    }

    private void Alternatives(string words, List<Located> schemas, int depth)
    {
        foreach (Located one in schemas.Take(AlternativesMax)) Part(words, one, depth);
        More(schemas.Count - AlternativesMax);
    }

    private void More(int count)
    {
        if (count > 0) page.Add($"<li class=\"soft\">… and {count} more</li>");
    }

    private void Part(string words, Located schema, int depth)
    {
        if (page.IsFull) return;
        page.Add($"<li><span class=\"soft\">{words}</span> ");
        Type(schema, depth + 1);
        page.Add($"</li>");
    }

    private void Property(string name, Located at, bool isRequired, int depth)
    {
        page.Add($"<li><span class=\"mono\">{name}</span>");
        if (isRequired) page.Add($"<span class=\"must\" title=\"required\">*</span>");
        page.Add($" ");
        Type(at, depth + 1);
        string description = References.Of(at.Node) is null ? shapes.Read(at).Description
            : (at.Node as MapNode)?.Text("description") ?? "";
        if (description.Length > 0) page.Add($" <span class=\"soft\">{description}</span>");
        page.Add($"</li>");
    }

    private void Facts(SchemaShape shape)
    {
        if (shape.IsDeprecated) page.Add($" <span class=\"pill\">deprecated</span>");
        if (shape.IsReadOnly) page.Add($" <span class=\"pill\">only in answers</span>");
        if (shape.IsWriteOnly) page.Add($" <span class=\"pill\">only in requests</span>");
        foreach ((string key, string value) in shape.Bounds) page.Add($" <span class=\"pill\">{key} {value}</span>");
        if (shape.Default is { } fallback) page.Add($" <span class=\"pill\">default {fallback}</span>");
        if (shape.Enum is not { } values) return;
        string rest = values.Count > ValuesMax
            ? string.Create(CultureInfo.InvariantCulture, $" and {values.Count - ValuesMax} more") : "";
        page.Add($" <span class=\"soft\">one of <code>{string.Join(", ", values.Take(ValuesMax))}</code>{rest}</span>");
    }
}
