namespace Flyball.Metrics.Rules.Templating;

/// <summary>The words inside a template's braces.</summary>
internal enum TokenKind
{
    /// <summary>The end of the action.</summary>
    End,

    /// <summary>A function's or a keyword's name.</summary>
    Word,

    /// <summary><c>.Name</c>; the text is the name, empty for the dot alone.</summary>
    Field,

    /// <summary><c>$name</c>; the text is the name, empty for the dollar alone.</summary>
    Variable,

    /// <summary>A string; the text is its value.</summary>
    Text,

    Number,

    /// <summary>One of <c>| ( ) , := =</c>.</summary>
    Sign,
}
