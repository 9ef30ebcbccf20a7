namespace Flyball.Contracts.Gateway;

/// <summary>What a route asks of a header or a query parameter.</summary>
public enum RouteConditionKind
{
    /// <summary>It has the value.</summary>
    Exact,

    /// <summary>Its value begins with the value.</summary>
    Prefix,

    /// <summary>It is there, whatever it says.</summary>
    Present,

    /// <summary>It is not there.</summary>
    Absent,
}
