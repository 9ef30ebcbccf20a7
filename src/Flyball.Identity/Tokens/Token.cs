using System.Text.Json.Serialization;
using Flyball.Base.Resources;

namespace Flyball.Identity.Tokens;

/// <summary>
/// A bearer token as the store keeps it: its hash, never itself. The resource's name is the hash, so that a request's
/// token is found by one look-up.
/// </summary>
internal sealed record Token
{
    public static readonly ResourceKind<Token> Kind = new("token", IdentityJson.Default.Token);

    public int Format { get; init; } = 1;

    /// <summary>Who the bearer is, in the audit log.</summary>
    public required string Identity { get; init; }

    public required TokenRole Role { get; init; }

    public required long CreatedUnixMs { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Token))]
internal sealed partial class IdentityJson : JsonSerializerContext;
