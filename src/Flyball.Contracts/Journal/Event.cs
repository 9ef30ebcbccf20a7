namespace Flyball.Contracts.Journal;

/// <summary>Something that happened to a resource.</summary>
public sealed record Event
{
    public int Format { get; set; } = 1;

    /// <summary>A short fixed name: <c>allocation.failed</c>, <c>node.lost</c>.</summary>
    public required string Type { get; init; }

    public EventSeverity Severity { get; set; } = EventSeverity.Info;

    public required string Message { get; init; }

    /// <summary>The workload it concerns; null when none.</summary>
    public string? Workload { get; init; }

    public string? Node { get; init; }
}
