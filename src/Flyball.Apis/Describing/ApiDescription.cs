using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>
/// What an OpenAPI document says, in one form for 2.0, 3.0, 3.1 and 3.2. Pointers lead to where it stands in the
/// document as it was written. Not thread-safe.
/// </summary>
internal sealed record ApiDescription
{
    /// <summary>For example <c>OpenAPI 3.1.0</c> or <c>Swagger 2.0</c>.</summary>
    public required string Specification { get; init; }

    /// <summary>What stands beside a reference does not count: so it is before 3.1.</summary>
    public required bool HasReferencesAlone { get; init; }

    public required string Title { get; init; }

    /// <summary>The API's own version, as its authors count.</summary>
    public required string Version { get; init; }

    public required string Description { get; init; }

    public required References References { get; init; }

    public required Located Root { get; init; }

    public IReadOnlyList<ApiServer> Servers { get; init; } = [];

    /// <summary>What holds where an operation says nothing; null for nothing.</summary>
    public ApiSecurity? Security { get; init; }

    /// <summary>By name, ordinal.</summary>
    public SortedDictionary<string, Located> SecuritySchemes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>In the document's order.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; init; } = [];

    /// <summary>Schemas with a name, ordinal.</summary>
    public SortedDictionary<string, Located> Schemas { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The scalar texts of an optional list, such as tags.</summary>
    public static IReadOnlyList<string> Texts(ListNode? list) =>
        list is null ? [] : [.. list.Items.OfType<ScalarNode>().Select(item => item.Text)];
}
