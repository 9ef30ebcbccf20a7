using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>
/// Looks once at every schema that an API uses or names, so that a reference that leads nowhere is told with its place
/// when the document comes in, and not found when somebody looks at it.
/// </summary>
internal sealed class SchemaCheck
{
    private readonly References references;
    private readonly Faults faults;
    private readonly HashSet<DocNode> seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<Located> open = new();

    private SchemaCheck(References references, Faults faults) => (this.references, this.faults) = (references, faults);

    public static void Run(ApiDescription api, Faults faults)
    {
        var check = new SchemaCheck(api.References, faults);
        foreach (Located schema in api.Schemas.Values) check.Open(schema);
        foreach (ApiOperation operation in api.Operations)
        {
            foreach (ApiParameter parameter in operation.Parameters) check.Open(parameter.Schema);
            if (operation.Body is { } body)
                foreach (Located? schema in body.Content.Values) check.Open(schema);
            foreach (ApiResponse response in operation.Responses)
            {
                foreach (ApiParameter header in response.Headers) check.Open(header.Schema);
                foreach (Located? schema in response.Content.Values) check.Open(schema);
            }
        }

        while (check.open.TryPop(out Located at) && !faults.IsFull) check.Look(at);
    }

    private void Open(Located? schema)
    {
        if (schema is { } at && seen.Add(at.Node)) open.Push(at);
    }

    private void Look(Located at)
    {
        if (at.Node is ScalarNode { Kind: ScalarKind.Truth }) return;
        if (at.Node is not MapNode map)
        {
            faults.Add(at, "a schema must be an object, or true or false");
            return;
        }

        if (References.Of(map) is not null) Open(faults.Resolve(references, at));
        foreach ((string key, Located value) in at.Entries())
        {
            if (SchemaKeys.One.Contains(key)) Open(value);
            else if (SchemaKeys.Lists.Contains(key)) Each(value, value.Items(), "must be a list of schemas");
            else if (SchemaKeys.Maps.Contains(key))
                Each(value, value.Entries().Select(entry => entry.Value), "must be an object of schemas");
        }
    }

    private void Each(Located at, IEnumerable<Located> schemas, string otherwise)
    {
        bool fits = otherwise.Contains("list", StringComparison.Ordinal) ? at.Node is ListNode : at.Node is MapNode;
        if (!fits) faults.Add(at, otherwise);
        foreach (Located schema in schemas) Open(schema);
    }
}
