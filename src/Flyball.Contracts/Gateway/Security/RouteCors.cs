namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// Which web pages of other origins may use a route (the Fetch standard's CORS protocol). Preflights are answered by
/// the gateway; what the back end says about CORS itself is replaced.
/// </summary>
public sealed record RouteCors
{
    /// <summary>
    /// <c>https://shop.example</c>, <c>https://*.shop.example</c> for every host below, or <c>*</c> for all.
    /// </summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Upper case; null for GET, HEAD and POST.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Headers that a page may send, <c>*</c> for all; null for those that need no leave.</summary>
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Headers of answers that a page may read; null for those that need no leave.</summary>
    public IReadOnlyList<string>? Expose { get; init; }

    /// <summary>Cookies and the like may be sent; not with the origin <c>*</c>.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long a browser may keep a preflight's answer; null says nothing.</summary>
    public TimeSpan? MaxAge { get; init; }
}
