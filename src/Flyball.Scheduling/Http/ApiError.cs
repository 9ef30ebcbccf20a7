namespace Flyball.Scheduling.Http;

/// <summary>
/// One thing that is wrong with a request: a field of the body, or a place in a file that it brought.
/// </summary>
internal sealed record ApiError
{
    /// <summary>The body's field; null for a place in a file.</summary>
    public string? Field { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }

    public int? Column { get; init; }

    /// <summary>The path of the key in the file.</summary>
    public string? Key { get; init; }

    public required string Message { get; init; }

    public string? Suggestion { get; init; }
}
