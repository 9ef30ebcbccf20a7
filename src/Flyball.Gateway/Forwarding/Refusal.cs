using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// An answer that the gateway gives itself: the status, a short fixed code for metrics, and words for people.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Title)
{
    /// <summary>Seconds after which trying again may help; null says nothing.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static readonly Refusal NoRoute =
        new(StatusCodes.Status404NotFound, "no-route", "No route for this host and path");

    public static readonly Refusal BodyTooLarge =
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The request's body is too large");

    public static readonly Refusal NoEndpoint =
        new(StatusCodes.Status503ServiceUnavailable, "no-endpoint", "No instance of the service can answer now")
        {
            RetryAfterSeconds = 1,
        };

    public static readonly Refusal BadGateway =
        new(StatusCodes.Status502BadGateway, "bad-gateway", "The service did not answer");

    public static readonly Refusal Timeout =
        new(StatusCodes.Status504GatewayTimeout, "timeout", "The service did not answer in time");

    public static readonly Refusal BadRequest =
        new(StatusCodes.Status400BadRequest, "bad-request", "The request is malformed");

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
}
