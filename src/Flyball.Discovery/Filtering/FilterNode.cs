using System.Text.RegularExpressions;

namespace Flyball.Discovery.Filtering;

/// <summary>A parsed filter.</summary>
internal abstract record FilterNode
{
    /// <summary>Both, or either, of two.</summary>
    public sealed record Combined(FilterNode Left, FilterNode Right, bool IsAnd) : FilterNode;

    public sealed record Not(FilterNode Inner) : FilterNode;

    /// <param name="Selector">The path, name by name.</param>
    /// <param name="Operator">What is asked.</param>
    /// <param name="Value">Compared with; empty where nothing is.</param>
    /// <param name="Pattern">The value as a pattern, for those that match one.</param>
    public sealed record Match(
        IReadOnlyList<string> Selector, FilterOperator Operator, string Value, Regex? Pattern) : FilterNode;
}
