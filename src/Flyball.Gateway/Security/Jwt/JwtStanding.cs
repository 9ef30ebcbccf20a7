namespace Flyball.Gateway.Security.Jwt;

/// <summary>Where a token's bearer stands.</summary>
internal enum JwtStanding
{
    Good,

    /// <summary>Malformed, not signed by a known key, not in its time, or for somebody else: 401.</summary>
    Bad,

    /// <summary>It is good, and does not say what the route asks for: 403.</summary>
    NotEnough,

    /// <summary>The keys are not known (any more), so nothing can be said about it: 503.</summary>
    NoKeys,
}
