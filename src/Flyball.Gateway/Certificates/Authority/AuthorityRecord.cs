using System.Text.Json.Serialization;
using Flyball.Base.Resources;
using Flyball.Gateway.Certificates.Acme;

namespace Flyball.Gateway.Certificates.Authority;

/// <summary>
/// The platform's own authority as the store keeps it, with its private key: made at the first start, and never shown
/// to another process.
/// </summary>
internal sealed record AuthorityRecord
{
    public static readonly ResourceKind<AuthorityRecord> Kind = new(
        "certificate-authority", AuthorityJson.Default.AuthorityRecord);

    /// <summary>The resource's name; there is one.</summary>
    public const string Root = "root";

    public int Format { get; set; } = 1;

    public required string CertificatePem { get; init; }

    public required string KeyPem { get; init; }

    /// <summary>Nothing of the key.</summary>
    public override string ToString() => "the platform's authority";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuthorityRecord))]
[JsonSerializable(typeof(AcmeAccountRecord))]
internal sealed partial class AuthorityJson : JsonSerializerContext;
