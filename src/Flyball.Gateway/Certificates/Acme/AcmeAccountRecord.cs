using Flyball.Base.Resources;
using Flyball.Gateway.Certificates.Authority;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>An account at an ACME server as the store keeps it; never shown to another process.</summary>
internal sealed record AcmeAccountRecord
{
    public static readonly ResourceKind<AcmeAccountRecord> Kind = new(
        "acme-account", AuthorityJson.Default.AcmeAccountRecord);

    public int Format { get; set; } = 1;

    /// <summary>The server's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The account's address there; null when it has not been made yet.</summary>
    public string? Account { get; init; }

    /// <summary>ECDSA on P-256.</summary>
    public required string KeyPem { get; init; }

    /// <summary>Nothing of the key.</summary>
    public override string ToString() => $"the account at {Directory}";
}
