namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// Who may send requests: a client has to prove itself in one of the ways that are given. A proof that is shown and is
/// wrong is refused, whatever other ways there are.
/// </summary>
public sealed record RouteAuth
{
    /// <summary>API keys of consumers; null for none.</summary>
    public RouteKeyAuth? Keys { get; init; }

    /// <summary>Names and passwords of consumers (RFC 7617); null for none.</summary>
    public RouteBasicAuth? Basic { get; init; }

    /// <summary>JSON Web Tokens (RFC 7519); null for none.</summary>
    public RouteJwtAuth? Jwt { get; init; }

    /// <summary>
    /// Names of consumers, or of groups as <c>@group</c>, that are let in; null for every known one. Bearers of JWTs
    /// are chosen by their claims instead.
    /// </summary>
    public IReadOnlyList<string>? Consumers { get; init; }
}
