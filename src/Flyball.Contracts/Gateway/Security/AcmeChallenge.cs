namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// What every gateway answers under <c>/.well-known/acme-challenge/</c> while a certificate is ordered (RFC 8555 §8.3);
/// the resource's name is the token. Written by the server that holds the lease <c>certificates</c>.
/// </summary>
public sealed record AcmeChallenge
{
    public int Format { get; set; } = 1;

    public required string Host { get; init; }

    public required string KeyAuthorization { get; init; }

    public required long CreatedUnixMs { get; init; }
}
