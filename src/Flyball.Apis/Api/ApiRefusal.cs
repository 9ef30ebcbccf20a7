namespace Flyball.Apis.Api;

/// <summary>
/// Ends a request with a status and words. Thrown by the steps of a handler and caught where the handler is mapped: it
/// never leaves the HTTP layer.
/// </summary>
internal sealed class ApiRefusal(int status, string title, string detail) : Exception(detail)
{
    public int Status => status;

    public string Title => title;

    public static ApiRefusal NotFound(string detail) => new(404, "Not found", detail);

    public static ApiRefusal Invalid(string detail) => new(400, "Not valid", detail);

    public static ApiRefusal Ambiguous(string detail) => new(409, "More than one", detail);
}
