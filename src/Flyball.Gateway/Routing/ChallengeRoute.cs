using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Routing;

/// <summary>
/// The route by which a gateway answers an ACME server's HTTP-01 challenge (RFC 8555 §8.3): this host and exactly this
/// path, whatever else is routed there.
/// </summary>
internal static class ChallengeRoute
{
    private const string Path = "/.well-known/acme-challenge/";

    /// <summary>No route of the store has a name that begins like this.</summary>
    private const string Prefix = ":acme-challenge/";

    public static string NameOf(string token) => Prefix + token;

    /// <summary>Null for the name of any other route.</summary>
    public static string? TokenOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;

    public static Route Of(string token, AcmeChallenge challenge) => new()
    {
        Service = "acme-challenge",
        Host = challenge.Host,
        PathPrefix = Path + token,
        PathKind = RoutePathKind.Exact,
        Answer = new RouteAnswer
        {
            Body = challenge.KeyAuthorization,
            Headers = [new HeaderValue { Name = "Content-Type", Value = "application/octet-stream" }],
        },
    };
}
