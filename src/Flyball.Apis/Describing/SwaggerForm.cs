using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>
/// Documents of Swagger 2.0, brought into the newer form: a parameter is its own schema, the one in the body becomes
/// the body, those of a form its properties, and media types come from <c>consumes</c> and <c>produces</c>.
/// </summary>
internal sealed class SwaggerForm(Located root, Faults faults) : ApiForm(root, faults)
{
    private const string Json = "application/json";

    protected override string Specification => "Swagger 2.0";

    protected override bool HasReferencesAlone => true;

    protected override IReadOnlyList<ApiServer> Servers()
    {
        var map = (MapNode)Root.Node;
        string path = map.Text("basePath") ?? "";
        string? host = map.Text("host");
        if (host is null && path.Length == 0) return [];
        Located at = Root.Find("basePath") ?? Root.Find("host") ?? Root;
        if (host is null) return [new ApiServer(path, at)];
        IReadOnlyList<string> schemes = ApiDescription.Texts(map.List("schemes"));
        if (schemes.Count == 0) schemes = ["http"];
        return [.. schemes.Select(scheme => new ApiServer($"{scheme}://{host}{path}", at))];
    }

    protected override SortedDictionary<string, Located> SecuritySchemes() =>
        Named(Faults.Map(Root, "securityDefinitions"));

    protected override SortedDictionary<string, Located> Schemas() => Named(Faults.Map(Root, "definitions"));

    protected override ApiOperation Complete(ApiOperation operation, IReadOnlyList<Located> parameters)
    {
        IReadOnlyList<string> produces = MediaTypes(operation.At, "produces");
        return operation with
        {
            Parameters = [.. parameters.Where(at => In(at) is not ("body" or "formData")).Select(Parameter)],
            Body = Body(operation.At, parameters),
            Responses = [.. Responses(operation.At, (at, map) => new ApiResponse(
                "", at, map.Text("description") ?? "", Content(produces, at.Find("schema")), [.. Headers(at)]))],
        };
    }

    private static string In(Located at) => (at.Node as MapNode)?.Text("in") ?? "";

    private static ApiParameter Parameter(Located at)
    {
        var map = (MapNode)at.Node;
        return new ApiParameter
        {
            Name = map.Text("name") ?? "",
            In = In(at),
            At = at,
            IsRequired = map.Flag("required") || In(at) == "path",
            Description = map.Text("description") ?? "",
            Style = map.Text("collectionFormat") is { } style and not "csv" ? style : "",
            Schema = at,
        };
    }

    private ApiBody? Body(Located operation, IReadOnlyList<Located> parameters)
    {
        IReadOnlyList<string> consumes = MediaTypes(operation, "consumes");
        foreach (Located at in parameters.Where(at => In(at) == "body"))
        {
            var map = (MapNode)at.Node;
            return new ApiBody(
                at, map.Flag("required"), map.Text("description") ?? "",
                Content(consumes.Count == 0 ? [Json] : consumes, at.Find("schema")));
        }

        Located[] fields = [.. parameters.Where(at => In(at) == "formData")];
        if (fields.Length == 0) return null;
        Located form = Form(operation, fields);
        bool isRequired = fields.Any(at => ((MapNode)at.Node).Flag("required"));
        return new ApiBody(operation, isRequired, "", Content(
            consumes.Count == 0 ? ["application/x-www-form-urlencoded"] : consumes, form));
    }

    /// <summary>A form's fields as the object that they make; each stays where it is written.</summary>
    private static Located Form(Located operation, Located[] fields)
    {
        (int line, int column) = (operation.Node.Line, operation.Node.Column);
        var properties = new Dictionary<string, DocNode>(StringComparer.Ordinal);
        var required = new List<DocNode>();
        foreach (Located field in fields)
        {
            var map = (MapNode)field.Node;
            string name = map.Text("name") ?? "";
            properties[name] = new MapNode(
                map.Line, map.Column, [.. map.Entries.Where(entry => entry.Key is not ("required" or "in" or "name"))]);
            if (map.Flag("required")) required.Add(new ScalarNode(map.Line, map.Column, ScalarKind.Text, name));
        }

        var form = new MapNode(line, column,
        [
            new("type", new ScalarNode(line, column, ScalarKind.Text, "object")),
            new("properties", new MapNode(line, column, [.. properties])),
            new("required", new ListNode(line, column, required)),
        ]);
        return new Located(form, operation.Pointer.Join("parameters"));
    }

    private IEnumerable<ApiParameter> Headers(Located response)
    {
        foreach ((string name, Located at) in Faults.Map(response, "headers")?.Entries() ?? [])
            if (at.Node is MapNode map && Take(at))
                yield return new ApiParameter
                {
                    Name = name, In = "header", At = at, Description = map.Text("description") ?? "", Schema = at,
                };
    }

    private IReadOnlyList<string> MediaTypes(Located operation, string key) =>
    [
        .. ApiDescription.Texts((Faults.List(operation, key) ?? Faults.List(Root, key))?.Node as ListNode)
            .Select(type => Excerpt.Of(type)),
    ];

    private SortedDictionary<string, Located?> Content(IReadOnlyList<string> types, Located? schema)
    {
        var content = new SortedDictionary<string, Located?>(StringComparer.OrdinalIgnoreCase);
        if (schema is null) return content;
        foreach (string type in types.Count == 0 ? [Json] : types)
        {
            if (!Take(schema.Value)) break;
            content[type] = schema;
        }

        return content;
    }
}
