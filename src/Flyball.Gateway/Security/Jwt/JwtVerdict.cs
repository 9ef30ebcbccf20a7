using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>What a token is worth.</summary>
internal readonly record struct JwtVerdict(JwtStanding Standing, string Detail, ConsumerIdentity? Identity)
{
    public static JwtVerdict Bad(string detail) => new(JwtStanding.Bad, detail, null);
}
