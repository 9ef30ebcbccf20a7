namespace Flyball.Contracts.Gateway;

/// <summary>What changes between the client's request and the back end's, and on the way back.</summary>
public sealed record RouteRewrite
{
    /// <summary>Takes the place of the route's prefix; only with a prefix. <c>/</c> is the same as stripping.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Takes the place of the whole path: a path in which <c>{name}</c> is what the route's template has found.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The <c>Host</c> that the back end sees.</summary>
    public string? Host { get; init; }

    /// <summary>Of the request; null for none.</summary>
    public HeaderChanges? Request { get; init; }

    /// <summary>Of the answer; null for none.</summary>
    public HeaderChanges? Answer { get; init; }
}
