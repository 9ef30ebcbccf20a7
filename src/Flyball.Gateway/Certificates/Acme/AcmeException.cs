namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// An ACME server refused, or could not be understood; the message is for people and names no secret.
/// </summary>
internal sealed class AcmeException(string message, string type = "", TimeSpan? retryAfter = null) : Exception(message)
{
    public const string BadNonce = "urn:ietf:params:acme:error:badNonce";

    public const string NoAccount = "urn:ietf:params:acme:error:accountDoesNotExist";

    /// <summary>The problem's type (RFC 8555 §6.7); empty when the server gave none.</summary>
    public string Type => type;

    /// <summary>What the server asks for.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
