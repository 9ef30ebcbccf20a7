namespace Flyball.Contracts.Scheduling;

/// <summary>A file system in the task: a named volume, a path of the node, memory, or a file's content.</summary>
public sealed record MountSpec
{
    public required MountKind Kind { get; init; }

    /// <summary>
    /// The volume's full name, or the node's absolute path; null for tmpfs, anonymous volumes and content.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>An absolute path in the task.</summary>
    public required string Target { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>For tmpfs: the size limit in bytes; null for the engine's default.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>For content (configs and secrets): the bytes, base 64.</summary>
    public string? ContentBase64 { get; init; }

    /// <summary>For content: the file's mode, as in chmod.</summary>
    public int Mode { get; set; } = 0b100_100_100;
}
