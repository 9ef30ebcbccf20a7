using Flyball.Apis.Describing;

namespace Flyball.Apis.Searching;

/// <summary>What of a document is searched: small, immutable, kept in memory.</summary>
internal sealed record ApiIndex(
    string Title, string Version, IReadOnlyList<IndexedOperation> Operations, IReadOnlyList<string> Schemas)
{
    public static ApiIndex Of(ApiDescription api) => new(
        api.Title, api.Version,
        [
            .. api.Operations.Select(operation => new IndexedOperation(
                operation.Method, operation.Path, operation.Id, operation.Summary, operation.Tags,
                operation.IsDeprecated)),
        ],
        [.. api.Schemas.Keys]);
}

/// <summary>An operation as it is searched.</summary>
internal sealed record IndexedOperation(
    string Method, string Path, string? Id, string Summary, IReadOnlyList<string> Tags, bool IsDeprecated);
