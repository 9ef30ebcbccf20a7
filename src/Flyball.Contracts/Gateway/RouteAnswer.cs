namespace Flyball.Contracts.Gateway;

/// <summary>A fixed answer.</summary>
public sealed record RouteAnswer
{
    /// <summary>200 to 599.</summary>
    public int Status { get; set; } = 200;

    /// <summary>UTF-8, at most 64 KiB; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>Null for none; without a <c>Content-Type</c> a body is plain text.</summary>
    public IReadOnlyList<HeaderValue>? Headers { get; init; }
}
