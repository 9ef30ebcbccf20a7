namespace Flyball.Discovery.Filtering;

/// <summary>What a filter asks of one selector.</summary>
internal enum FilterOperator
{
    Equal,
    NotEqual,
    In,
    NotIn,
    Empty,
    NotEmpty,
    Matches,
    NotMatches,
}
