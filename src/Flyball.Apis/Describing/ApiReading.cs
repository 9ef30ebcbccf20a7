using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>
/// Reads a document as OpenAPI. Only what the catalogue shows and compares is checked: a document that lacks something
/// else is still worth showing.
/// </summary>
internal static class ApiReading
{
    /// <summary>The description, or null and what is wrong. Never throws for what is in the document.</summary>
    public static (ApiDescription? Api, IReadOnlyList<ApiFault> Faults) Read(ReadOnlySpan<byte> bytes)
    {
        (DocNode? node, ApiFault? fault) = DocTree.Read(bytes);
        if (node is null) return (null, [fault!]);
        var root = new Located(node, JsonPointer.Root);
        var faults = new Faults();
        ApiDescription? api = Describe(root, faults);
        if (api is not null && faults.All.Count == 0) SchemaCheck.Run(api, faults);
        return faults.All.Count == 0 ? (api, []) : (null, faults.All);
    }

    private static ApiDescription? Describe(Located root, Faults faults)
    {
        if (root.Node is not MapNode map)
        {
            faults.Add(root, "this is no OpenAPI document: it must be an object");
            return null;
        }

        string? version = map.Text("openapi");
        string? swagger = map.Text("swagger");
        if (version is not null && IsKnown(version)) return new OpenApiForm(root, faults, version).Describe();
        if (swagger == "2.0") return new SwaggerForm(root, faults).Describe();
        Located at = root.Find("openapi") ?? root.Find("swagger") ?? root;
        faults.Add(at, version is null && swagger is null
            ? "this is no OpenAPI document: it has neither 'openapi' nor 'swagger'"
            : $"version '{Excerpt.Of(version ?? swagger!)}' is not known: OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0 are");
        return null;
    }

    private static bool IsKnown(string version) =>
        version.StartsWith("3.0.", StringComparison.Ordinal) || version.StartsWith("3.1.", StringComparison.Ordinal)
        || version.StartsWith("3.2.", StringComparison.Ordinal) || version is "3.0" or "3.1" or "3.2";
}
