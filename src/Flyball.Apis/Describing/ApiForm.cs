using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>What both forms of documents, OpenAPI 3 and Swagger 2, have in common.</summary>
internal abstract class ApiForm(Located root, Faults faults)
{
    protected static readonly string[] Methods =
        ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

    private int parts;
    private bool isFull;

    protected Located Root => root;

    protected Faults Faults => faults;

    protected References References { get; } = new(root.Node);

    protected abstract string Specification { get; }

    protected abstract bool HasReferencesAlone { get; }

    public ApiDescription Describe()
    {
        Located? info = faults.Map(root, "info");
        if (info is null) faults.Add(root, "'info' is missing");
        var api = new ApiDescription
        {
            Specification = Specification,
            HasReferencesAlone = HasReferencesAlone,
            Title = info is { } there ? faults.Required(there, "title") : "",
            Version = info is { } here ? faults.Required(here, "version") : "",
            Description = (info?.Node as MapNode)?.Text("description") ?? "",
            References = References,
            Root = root,
            Servers = Servers(),
            Security = Security(root),
            SecuritySchemes = SecuritySchemes(),
            Operations = Operations(),
            Schemas = Schemas(),
        };
        if (api.Schemas.Count > ReadLimits.SchemasMax)
            faults.Add(root, $"the API has more than {ReadLimits.SchemasMax} named schemas");
        return api;
    }

    protected abstract IReadOnlyList<ApiServer> Servers();

    protected abstract SortedDictionary<string, Located> SecuritySchemes();

    protected abstract SortedDictionary<string, Located> Schemas();

    /// <summary>The parameters, the body and the answers of an operation.</summary>
    protected abstract ApiOperation Complete(ApiOperation operation, IReadOnlyList<Located> parameters);

    protected static SortedDictionary<string, Located> Named(Located? map)
    {
        var named = new SortedDictionary<string, Located>(StringComparer.Ordinal);
        foreach ((string name, Located value) in map?.Entries() ?? []) named[name] = value;
        return named;
    }

    protected IEnumerable<ApiResponse> Responses(Located operation, Func<Located, MapNode, ApiResponse> read)
    {
        if (faults.Map(operation, "responses") is not { } responses) yield break;
        foreach ((string status, Located written) in responses.Entries())
        {
            if (status.StartsWith("x-", StringComparison.Ordinal)) continue;
            if (!Take(written)) yield break;
            if (Resolved(written) is not { Node: MapNode map } at) continue;
            yield return read(at, map) with { Status = status.ToUpperInvariant() is var word && word == "DEFAULT"
                ? "default" : word };
        }
    }

    /// <summary>The object that a value is or refers to; null after a fault, or when it is in another file.</summary>
    protected Located? Resolved(Located written)
    {
        if (faults.Resolve(References, written) is not { } at) return null;
        if (at.Node is MapNode) return at;
        faults.Add(at, "must be an object");
        return null;
    }

    /// <summary>Whether there is room for another part of an operation; a fault when there is none.</summary>
    protected bool Take(Located part)
    {
        if (parts < ReadLimits.PartsMax)
        {
            parts++;
            return true;
        }

        if (!isFull)
            faults.Add(part, $"the operations have more than {ReadLimits.PartsMax} parameters, answers and so on");
        isFull = true;
        return false;
    }

    private List<ApiOperation> Operations()
    {
        var operations = new List<ApiOperation>();
        foreach ((string path, Located written) in faults.Map(root, "paths")?.Entries() ?? [])
        {
            if (path.StartsWith("x-", StringComparison.Ordinal)) continue;
            if (!path.StartsWith('/')) faults.Add(written, "a path must begin with a slash");
            if (Resolved(written) is not { } item) continue;
            IReadOnlyList<Located> shared = [.. Parameters(item)];
            foreach ((string key, Located operation) in OperationsOf(item))
            {
                if (isFull) return operations;
                if (operations.Count == ReadLimits.OperationsMax)
                {
                    faults.Add(operation, $"the API has more than {ReadLimits.OperationsMax} operations");
                    return operations;
                }

                if (operation.Node is MapNode map) operations.Add(Operation(path, key, operation, map, shared));
                else faults.Add(operation, "must be an object");
            }
        }

        return operations;
    }

    private IEnumerable<(string Method, Located At)> OperationsOf(Located item) => item.Entries().TakeWhile(
        entry => Take(entry.Value)).Where(entry => Methods.Contains(entry.Key, StringComparer.Ordinal))
        // Since 3.2: methods that no key is named after.
        .Concat(item.Find("additionalOperations")?.Entries().TakeWhile(entry => Take(entry.Value)) ?? []);

    private ApiOperation Operation(
        string path, string method, Located at, MapNode map, IReadOnlyList<Located> shared)
    {
        var operation = new ApiOperation
        {
            Method = method.ToUpperInvariant(),
            Path = path,
            At = at,
            Id = map.Text("operationId"),
            Summary = map.Text("summary") ?? "",
            Description = map.Text("description") ?? "",
            Tags = ApiDescription.Texts(map.List("tags")),
            IsDeprecated = map.Flag("deprecated"),
            Security = Security(at),
        };
        List<Located> all = OwnBeforeShared([.. Parameters(at)], shared);
        return Complete(operation, [.. all.TakeWhile(Take)]);
    }

    private IEnumerable<Located> Parameters(Located parent)
    {
        foreach (Located written in faults.List(parent, "parameters")?.Items() ?? [])
        {
            if (!Take(written)) yield break;
            if (Resolved(written) is not { } at) continue;
            faults.Name(at, "name");
            faults.Name(at, "in");
            yield return at;
        }
    }

    private static List<Located> OwnBeforeShared(List<Located> own, IReadOnlyList<Located> shared)
    {
        var names = new HashSet<(string?, string?)>(own.Select(Key));
        own.AddRange(shared.Where(one => names.Add(Key(one))));
        return own;

        static (string?, string?) Key(Located at) => at.Node is MapNode map
            ? (map.Text("name"), map.Text("in"))
            : default;
    }

    private ApiSecurity? Security(Located parent)
    {
        if (faults.List(parent, "security") is not { } list) return null;
        var alternatives = new List<SortedDictionary<string, IReadOnlyList<string>>>();
        int room = ReadLimits.SecurityMax;
        foreach (Located one in list.Items())
        {
            var schemes = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach ((string name, Located scopes) in one.Entries())
                schemes[name] = [.. ApiDescription.Texts(scopes.Node as ListNode).Order(StringComparer.Ordinal)];
            alternatives.Add(schemes);
            room -= 1 + schemes.Count + schemes.Sum(scheme => scheme.Value.Count);
            if (room >= 0) continue;
            faults.Add(list, $"more than {ReadLimits.SecurityMax} alternatives, schemes and scopes");
            return null;
        }

        return new ApiSecurity(alternatives, list);
    }
}
