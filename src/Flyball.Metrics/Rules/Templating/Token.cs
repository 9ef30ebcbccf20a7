namespace Flyball.Metrics.Rules.Templating;

/// <summary>A word of an action.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text or value.</param>
/// <param name="IsAttached">Whether it follows the word before without a space, as a field after a variable.</param>
internal readonly record struct Token(TokenKind Kind, string Text, bool IsAttached)
{
    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;
}
