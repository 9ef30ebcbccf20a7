namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// A host's certificate and its private key, issued for a route; written by the server that holds the lease
/// <c>certificates</c>. It reaches gateways, and neither the API nor a log.
/// </summary>
public sealed record Certificate
{
    public int Format { get; set; } = 1;

    /// <summary>A host, or <c>*.example.com</c>.</summary>
    public required string Host { get; init; }

    public required CertificateSource Source { get; init; }

    /// <summary>The certificate and those between it and the root; null while there is none yet.</summary>
    public string? ChainPem { get; init; }

    public string? KeyPem { get; init; }

    public long NotBeforeUnixMs { get; init; }

    public long NotAfterUnixMs { get; init; }

    /// <summary>Why the last try to issue it failed; null when it did not.</summary>
    public string? Problem { get; init; }

    /// <summary>Tries that failed since the last that did not.</summary>
    public int FailedTries { get; init; }

    /// <summary>When the next try is due, to renew it or after a failure.</summary>
    public long NextTryUnixMs { get; init; }

    /// <summary>Nothing of the key.</summary>
    public override string ToString() => $"certificate of {Host}";
}
