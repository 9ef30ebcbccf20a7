using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Searching;

/// <summary>What of a document is searched: small, immutable, kept in memory.</summary>
internal sealed record ApiIndex(
    string Title, string Version, IReadOnlyList<IndexedOperation> Operations, IReadOnlyList<string> Schemas)
{
    /// <summary>Letters of a sentence or an id; of longer ones the beginning is searched.</summary>
    private const int TextLengthMax = 500;

    /// <summary>Tags of an operation that are searched.</summary>
    private const int TagsMax = 20;

    /// <summary>Letters of all texts: what it costs to keep.</summary>
    public int Length { get; } = Title.Length + Version.Length + Schemas.Sum(name => name.Length)
        + Operations.Sum(one => one.Length);

    public static ApiIndex Of(ApiDescription api) => new(
        Excerpt.Of(api.Title, TextLengthMax), Excerpt.Of(api.Version, TextLengthMax),
        [
            .. api.Operations.Select(operation => new IndexedOperation(
                operation.Method, operation.Path, operation.Id is { } id ? Excerpt.Of(id, TextLengthMax) : null,
                Excerpt.Of(operation.Summary, TextLengthMax),
                [.. operation.Tags.Take(TagsMax).Select(tag => Excerpt.Of(tag, TextLengthMax))],
                operation.IsDeprecated)),
        ],
        [.. api.Schemas.Keys]);
}

/// <summary>An operation as it is searched.</summary>
internal sealed record IndexedOperation(
    string Method, string Path, string? Id, string Summary, IReadOnlyList<string> Tags, bool IsDeprecated)
{
    internal int Length => Path.Length + (Id?.Length ?? 0) + Summary.Length + Tags.Sum(tag => tag.Length);
}
