using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Http;

/// <summary>
/// Ends a request with a problem answer. Thrown by the steps of a handler and caught in one place,
/// <see cref="ApiHandler"/>: it never leaves the HTTP layer.
/// </summary>
internal sealed class ApiRefusal(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiProblem Problem => problem;

    public static ApiRefusal NotFound(string detail) => Of(StatusCodes.Status404NotFound, "Not found", detail);

    public static ApiRefusal Ambiguous(string detail) => Of(StatusCodes.Status409Conflict, "More than one", detail);

    public static ApiRefusal Conflict(string detail) => Of(StatusCodes.Status409Conflict, "Conflict", detail);

    public static ApiRefusal TooLarge(string detail) => Of(StatusCodes.Status413PayloadTooLarge, "Too large", detail);

    public static ApiRefusal PreconditionFailed(string detail) =>
        Of(StatusCodes.Status412PreconditionFailed, "Precondition failed", detail);

    public static ApiRefusal Unavailable(string detail) =>
        Of(StatusCodes.Status503ServiceUnavailable, "Not available now", detail);

    public static ApiRefusal Invalid(string field, string message) =>
        Invalid("The request is not valid.", [new ApiError { Field = field, Message = message }]);

    public static ApiRefusal Invalid(string detail, IReadOnlyList<ApiError> errors) =>
        new(new ApiProblem
        {
            Title = "Not valid",
            Status = StatusCodes.Status400BadRequest,
            Detail = detail,
            Errors = errors,
        });

    private static ApiRefusal Of(int status, string title, string detail) =>
        new(new ApiProblem { Title = title, Status = status, Detail = detail });
}
