namespace Flyball.Scheduling.Http;

/// <summary>A refusal as RFC 9457 writes it, with every single error.</summary>
internal sealed record ApiProblem
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public IReadOnlyList<ApiError>? Errors { get; init; }
}
