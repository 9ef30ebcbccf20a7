namespace Flyball.Gateway.AccessLog;

/// <summary>The access log: written beside the requests, never waited for.</summary>
public sealed record AccessLogOptions
{
    /// <summary>How a line looks.</summary>
    public enum LineFormat
    {
        /// <summary>Nothing is written.</summary>
        None,

        /// <summary>One JSON object a line.</summary>
        Json,

        /// <summary>The combined format of Apache and nginx.</summary>
        Combined,
    }

    /// <summary>Default none.</summary>
    public LineFormat Format { get; init; } = LineFormat.None;

    /// <summary>The file; null (the default) for standard output.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes after which the file is set aside as <c>.1</c>; default 64 MiB.</summary>
    public long FileBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Files set aside that are kept; default 4.</summary>
    public int FilesKept { get; init; } = 4;

    /// <summary>Lines that wait to be written; more are dropped and counted. Default 8,192.</summary>
    public int QueueLinesMax { get; init; } = 8_192;
}
