namespace Flyball.Apis.Describing;

/// <summary>A parameter of a request, or a header of an answer.</summary>
internal sealed record ApiParameter
{
    public required string Name { get; init; }

    /// <summary><c>path</c>, <c>query</c>, <c>header</c> or <c>cookie</c>.</summary>
    public required string In { get; init; }

    public required Located At { get; init; }

    public bool IsRequired { get; init; }

    public bool IsDeprecated { get; init; }

    public string Description { get; init; } = "";

    /// <summary>How several values are written; empty where nothing is said.</summary>
    public string Style { get; init; } = "";

    public Located? Schema { get; init; }
}
