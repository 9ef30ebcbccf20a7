namespace Flyball.Metrics.Exposition;

/// <summary>What a line that starts with <c>#</c> is.</summary>
internal enum CommentKind
{
    /// <summary>It breaks the format's rules.</summary>
    Malformed,

    /// <summary>Help, type or unit of a metric family.</summary>
    Metadata,

    /// <summary>A remark for people.</summary>
    Other,

    /// <summary>OpenMetrics' last line.</summary>
    End,
}
