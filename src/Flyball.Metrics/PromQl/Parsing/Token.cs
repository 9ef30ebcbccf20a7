using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>A token: what it is, where it stands, and its text as written.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    /// <summary>More characters of a literal than this are not shown in errors.</summary>
    private const int ShownLength = 10;

    public TextRange Range => new(Start, Start + Text.Length);

    /// <summary>The word in lower case, for keywords of any case.</summary>
    public string Word => Text.ToLowerInvariant();

    public bool IsWord(string word) =>
        Kind is TokenKind.Keyword or TokenKind.Preprocessor && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsOperator(string symbol) => Kind == TokenKind.Operator && Text == symbol;

    /// <summary>How errors name the token, in Prometheus' words.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => "end of input",
        TokenKind.Keyword => $"<{Text}>",
        TokenKind.Operator or TokenKind.At or TokenKind.MatchRegex or TokenKind.NotMatchRegex => $"<op:{Text}>",
        TokenKind.Aggregator => $"<aggr:{Text}>",
        TokenKind.Identifier => "identifier " + Quoting.Quote(Text),
        TokenKind.MetricIdentifier => "metric identifier " + Quoting.Quote(Text),
        TokenKind.Number => "number " + Shorten(),
        TokenKind.Duration => "duration " + Shorten(),
        TokenKind.String => "string " + Shorten(),
        _ => Shorten(),
    };

    private string Shorten() =>
        Text.Length > ShownLength ? Quoting.Quote(Text[..ShownLength]) + "..." : Quoting.Quote(Text);
}
