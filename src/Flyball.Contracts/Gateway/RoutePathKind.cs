namespace Flyball.Contracts.Gateway;

/// <summary>How a route's path is compared with a request's.</summary>
public enum RoutePathKind
{
    /// <summary>The beginning, whole segments.</summary>
    Prefix,

    /// <summary>The whole path, letter by letter.</summary>
    Exact,

    /// <summary>
    /// The whole path, where <c>{name}</c> stands for one segment that is not empty and <c>{*name}</c> at the end for
    /// the rest.
    /// </summary>
    Template,
}
