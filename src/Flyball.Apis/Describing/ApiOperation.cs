namespace Flyball.Apis.Describing;

/// <summary>One method of one path.</summary>
internal sealed record ApiOperation
{
    /// <summary>Upper case.</summary>
    public required string Method { get; init; }

    /// <summary>As written, with its parameters in braces.</summary>
    public required string Path { get; init; }

    public required Located At { get; init; }

    public string? Id { get; init; }

    public string Summary { get; init; } = "";

    public string Description { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool IsDeprecated { get; init; }

    /// <summary>Those of the path included, as far as the operation has none of the same name.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    public ApiBody? Body { get; init; }

    /// <summary>In the document's order.</summary>
    public IReadOnlyList<ApiResponse> Responses { get; init; } = [];

    /// <summary>Its own; null where the document's holds.</summary>
    public ApiSecurity? Security { get; init; }

    public override string ToString() => $"{Method} {Path}";
}
