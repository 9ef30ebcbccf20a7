using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>Documents of OpenAPI 3.</summary>
internal sealed class OpenApiForm(Located root, Faults faults, string version) : ApiForm(root, faults)
{
    protected override string Specification => "OpenAPI " + version;

    protected override bool HasReferencesAlone => version.StartsWith("3.0", StringComparison.Ordinal);

    protected override IReadOnlyList<ApiServer> Servers()
    {
        var servers = new List<ApiServer>();
        foreach (Located server in Faults.List(Root, "servers")?.Items() ?? [])
            servers.Add(new ApiServer(Faults.Required(server, "url"), server));
        return servers;
    }

    protected override SortedDictionary<string, Located> SecuritySchemes() => Named(Component("securitySchemes"));

    protected override SortedDictionary<string, Located> Schemas() => Named(Component("schemas"));

    protected override ApiOperation Complete(ApiOperation operation, IReadOnlyList<Located> parameters) =>
        operation with
        {
            Parameters = [.. parameters.Select(at => Parameter(at, (MapNode)at.Node, null))],
            Body = operation.At.Find("requestBody") is { } body && Resolved(body) is { Node: MapNode map } at
                ? new ApiBody(at, map.Flag("required"), map.Text("description") ?? "", Content(at))
                : null,
            Responses = [.. Responses(operation.At, (at, map) => new ApiResponse(
                "", at, map.Text("description") ?? "", Content(at), [.. Headers(at)]))],
        };

    private Located? Component(string kind) =>
        Faults.Map(Root, "components") is { } components ? Faults.Map(components, kind) : null;

    private ApiParameter Parameter(Located at, MapNode map, string? header) => new()
    {
        Name = header ?? map.Text("name") ?? "",
        In = header is null ? map.Text("in") ?? "" : "header",
        At = at,
        IsRequired = map.Flag("required") || (header is null && map.Text("in") == "path"),
        IsDeprecated = map.Flag("deprecated"),
        Description = map.Text("description") ?? "",
        Style = Style(map, header is null ? map.Text("in") : "header"),
        Schema = at.Find("schema") ?? Content(at).Values.FirstOrDefault(),
    };

    /// <summary>Empty for what holds where nothing is said, however it is written.</summary>
    private static string Style(MapNode map, string? place)
    {
        string usual = place is "query" or "cookie" ? "form" : "simple";
        string style = map.Text("style") ?? usual;
        bool explodes = map.Find("explode") is null ? style is "form" or "cookie" : map.Flag("explode");
        string explosion = explodes == style is "form" or "cookie" ? "" : explodes ? "explode" : "no explode";
        return style == usual ? explosion : $"{style} {explosion}".TrimEnd();
    }

    private IEnumerable<ApiParameter> Headers(Located response)
    {
        foreach ((string name, Located written) in Faults.Map(response, "headers")?.Entries() ?? [])
            if (Take(written) && Resolved(written) is { Node: MapNode map } at)
                yield return Parameter(at, map, name);
    }

    private SortedDictionary<string, Located?> Content(Located parent)
    {
        var content = new SortedDictionary<string, Located?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string type, Located media) in Faults.Map(parent, "content")?.Entries() ?? [])
        {
            if (!Take(media)) break;
            content[type] = Resolved(media) is { } at ? at.Find("schema") ?? at.Find("itemSchema") : null;
        }

        return content;
    }
}
