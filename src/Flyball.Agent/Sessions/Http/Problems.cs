using Microsoft.AspNetCore.Http;

namespace Flyball.Agent.Sessions.Http;

/// <summary>RFC 9457 answers with the field that is wrong.</summary>
internal static class Problems
{
    public static IResult NotFound(string what) =>
        Results.Problem(what, statusCode: StatusCodes.Status404NotFound, title: "Not found");

    public static IResult Unavailable(string why) =>
        Results.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not reachable now");

    public static IResult BadField(string field, string message) => Results.Problem(
        message,
        statusCode: StatusCodes.Status400BadRequest,
        title: "Bad request",
        extensions: [new KeyValuePair<string,
            object?>("errors", new[] { new Dictionary<string, string> { ["field"] = field, ["message"] = message } })]);
}
