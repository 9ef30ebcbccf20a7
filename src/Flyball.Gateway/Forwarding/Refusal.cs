using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// An answer that the gateway gives itself: the status, a short fixed code for metrics, and words for people.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Title)
{
    /// <summary>Seconds after which trying again may help; null says nothing.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>RFC 9110 §6.4.1: some answers must not have one.</summary>
    public bool HasBody => Status is not 204;

    public static readonly Refusal NoRoute =
        new(StatusCodes.Status404NotFound, "no-route", "No route for this host and path");

    public static readonly Refusal BodyTooLarge =
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The request's body is too large");

    public static readonly Refusal NoEndpoint =
        new(StatusCodes.Status503ServiceUnavailable, "no-endpoint", "No instance of the service can answer now")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal Overloaded =
        new(StatusCodes.Status503ServiceUnavailable, "overloaded", "The service has as much to do as it can")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal NoInstance =
        new(StatusCodes.Status503ServiceUnavailable, "no-instance", "No instance of the service came in time")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal WaitingFull =
        new(StatusCodes.Status503ServiceUnavailable, "waiting-full", "Too many requests wait for an instance")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal HeldAtZero =
        new(StatusCodes.Status503ServiceUnavailable, "held-at-zero", "The service was taken down by hand");

    public static readonly Refusal BadGateway =
        new(StatusCodes.Status502BadGateway, "bad-gateway", "The service did not answer");

    public static readonly Refusal Timeout =
        new(StatusCodes.Status504GatewayTimeout, "timeout", "The service did not answer in time");

    public static readonly Refusal BadRequest =
        new(StatusCodes.Status400BadRequest, "bad-request", "The request is malformed");

    public static readonly Refusal NoTls =
        new(StatusCodes.Status400BadRequest, "no-tls", "This port speaks TLS");

    public static readonly Refusal TargetTooLong =
        new(StatusCodes.Status414UriTooLong, "target-too-long", "The request's first line is too long");

    public static readonly Refusal HeadersTooLarge =
        new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "headers-too-large",
            "The request's headers are too large");

    public static readonly Refusal HttpVersion =
        new(StatusCodes.Status505HttpVersionNotsupported, "http-version", "This version of HTTP is not spoken here");

    public static readonly Refusal RequestTimeout =
        new(StatusCodes.Status408RequestTimeout, "request-timeout", "The request came too slowly");

    public static readonly Refusal Loop =
        new(StatusCodes.Status508LoopDetected, "loop", "The request came round to the gateway again");

    public static readonly Refusal Stopping =
        new(StatusCodes.Status503ServiceUnavailable, "stopping", "The gateway is stopping") { RetryAfterSeconds = 1 };

    public static readonly Refusal HttpsOnly =
        new(StatusCodes.Status308PermanentRedirect, "https-only", "This is served with TLS only");

    public static readonly Refusal NotWithoutTls =
        new(StatusCodes.Status403Forbidden, "https-only", "This is served with TLS only");

    public static readonly Refusal Misdirected =
        new(StatusCodes.Status421MisdirectedRequest, "misdirected", "This host needs a connection of its own");

    public static readonly Refusal ClientCertificate =
        new(StatusCodes.Status403Forbidden, "client-certificate", "A client certificate is needed");

    public static readonly Refusal Address =
        new(StatusCodes.Status403Forbidden, "address", "Not from this address");

    public static readonly Refusal Unauthenticated =
        new(StatusCodes.Status401Unauthorized, "unauthenticated", "Who are you?");

    public static readonly Refusal Forbidden =
        new(StatusCodes.Status403Forbidden, "forbidden", "Not allowed");

    public static readonly Refusal NoKeys =
        new(StatusCodes.Status503ServiceUnavailable, "no-keys", "Tokens cannot be checked now")
        {
            RetryAfterSeconds = 5,
        };

    public static readonly Refusal AuthenticationBusy =
        new(StatusCodes.Status503ServiceUnavailable, "authentication-busy", "Too many passwords are being checked")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal RateLimit =
        new(StatusCodes.Status429TooManyRequests, "rate-limit", "Too many requests");

    public static readonly Refusal Preflight = new(StatusCodes.Status204NoContent, "preflight", "");
}
