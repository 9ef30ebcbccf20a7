using System.Text;
using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>One condition on a header or query parameter, made ready for requests.</summary>
internal sealed class FieldTest(RouteCondition condition)
{
    private readonly string value = condition.Value ?? "";
    private readonly byte[] valueBytes = Encoding.UTF8.GetBytes(condition.Value ?? "");

    public FieldName Name { get; } = new(condition.Name);

    /// <summary>What it is when no field of the name was accepted.</summary>
    public bool WantsNone => condition.Kind == RouteConditionKind.Absent;

    /// <summary>Whether one field of the name settles it; for <see cref="WantsNone"/> to its disadvantage.</summary>
    public bool Accepts(ReadOnlySpan<byte> field) => condition.Kind switch
    {
        RouteConditionKind.Exact => field.SequenceEqual(valueBytes),
        RouteConditionKind.Prefix => field.StartsWith(valueBytes),
        _ => true,
    };

    /// <summary>The same of a text.</summary>
    public bool Accepts(string? field) => condition.Kind switch
    {
        RouteConditionKind.Exact => string.Equals(field, value, StringComparison.Ordinal),
        RouteConditionKind.Prefix => field is not null && field.StartsWith(value, StringComparison.Ordinal),
        _ => true,
    };

    public override string ToString() => condition.Kind switch
    {
        RouteConditionKind.Exact => $"{condition.Name}={value}",
        RouteConditionKind.Prefix => $"{condition.Name}={value}…",
        RouteConditionKind.Present => condition.Name,
        _ => "!" + condition.Name,
    };
}
