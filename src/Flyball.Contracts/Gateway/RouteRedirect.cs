namespace Flyball.Contracts.Gateway;

/// <summary>
/// Sends the client elsewhere. What is null stays as the request has it; the query always does.
/// </summary>
public sealed record RouteRedirect
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string? Scheme { get; init; }

    public string? Host { get; init; }

    /// <summary>Null for the scheme's usual one when the scheme changes, else for the request's.</summary>
    public int? Port { get; init; }

    /// <summary>The whole path.</summary>
    public string? Path { get; init; }

    /// <summary>Takes the place of the route's prefix.</summary>
    public string? Prefix { get; init; }

    /// <summary>301, 302, 303, 307 or 308.</summary>
    public int Status { get; set; } = 302;
}
