namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>
/// A single value, kept as it is written: <c>1.10</c> stays <c>1.10</c> and <c>yes</c> becomes a flag only where a flag
/// is asked for.
/// </summary>
internal sealed class ScalarNode(SourceMark mark, string text, bool plain, bool isNull, MergeTag tag = MergeTag.None)
    : ComposeNode(mark, tag, 1)
{
    public string Text => text;

    /// <summary>Neither quoted nor a block: <c>0440</c> is then a number.</summary>
    public bool Plain => plain;

    /// <summary>Empty, <c>~</c> or <c>null</c>, unquoted.</summary>
    public bool IsNull => isNull;

    /// <summary>
    /// The same place with another text: what interpolation yields is a value, even when it is empty.
    /// </summary>
    public ScalarNode WithText(string replacement) => new(Mark, replacement, plain, isNull: false, Tag);

    public static ScalarNode Null(SourceMark mark) => new(mark, "", plain: true, isNull: true);

    public static ScalarNode Of(SourceMark mark, string text) => new(mark, text, plain: false, isNull: false);

    /// <summary>Whether YAML's core schema reads this unquoted text as null.</summary>
    public static bool IsNullText(string text) => text is "" or "~" or "null" or "Null" or "NULL";
}
