namespace Flyball.Contracts.Gateway;

/// <summary>
/// What a route asks of one header or query parameter. One that stands there several times fits when one of them does.
/// </summary>
public sealed record RouteCondition
{
    /// <summary>A header's name (in any case) or a parameter's (as written).</summary>
    public required string Name { get; init; }

    public RouteConditionKind Kind { get; set; } = RouteConditionKind.Exact;

    /// <summary>Compared letter by letter; null for <c>Present</c> and <c>Absent</c>.</summary>
    public string? Value { get; init; }
}
