using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>Something a user should know about a result that is nevertheless given.</summary>
internal class Annotation(bool isWarning, string message, TextRange range)
{
    public bool IsWarning => isWarning;

    public TextRange Range => range;

    /// <summary>Without the position; annotations of equal text are shown once.</summary>
    public string Text { get; } = (isWarning ? "PromQL warning: " : "PromQL info: ") + message;

    /// <summary>Combines with an earlier annotation of the same text; the result replaces it.</summary>
    public virtual Annotation MergeInto(Annotation earlier) => earlier;

    /// <summary>With the position, and what merging has gathered.</summary>
    public virtual string Describe(string query) => $"{Text} ({Range.Describe(query)})";
}
