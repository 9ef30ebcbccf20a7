using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Parses <c>name{label="value"}</c>.</summary>
internal sealed class SelectorParser(TokenStream tokens)
{
    private const string Context = "label matching";

    public VectorSelector Parse()
    {
        if (!tokens.Is(TokenKind.LeftBrace))
        {
            if (!Keywords.MayNameMetric(tokens.Current)) throw tokens.Unexpected();
            return ParseAfterName(tokens.Take());
        }

        int start = tokens.Current.Start;
        List<LabelMatcher> matchers = ParseBraces();
        return new VectorSelector("", matchers, new TextRange(start, tokens.LastEnd));
    }

    public VectorSelector ParseAfterName(Token name)
    {
        List<LabelMatcher> matchers = tokens.Is(TokenKind.LeftBrace) ? ParseBraces() : [];
        matchers.Add(LabelMatcher.Equal(LabelNames.MetricName, name.Text));
        return new VectorSelector(name.Text, matchers, new TextRange(name.Start, tokens.LastEnd));
    }

    private List<LabelMatcher> ParseBraces()
    {
        tokens.Take();
        var matchers = new List<LabelMatcher>();
        while (!tokens.Is(TokenKind.RightBrace))
        {
            matchers.Add(ParseMatcher());
            if (tokens.TryTake(TokenKind.Comma)) continue;
            if (!tokens.Is(TokenKind.RightBrace)) throw tokens.Unexpected(Context, "\",\" or \"}\"");
        }

        tokens.Take();
        return matchers;
    }

    private LabelMatcher ParseMatcher()
    {
        if (!tokens.Is(TokenKind.Identifier) && !tokens.Is(TokenKind.String))
            throw tokens.Unexpected(Context, "identifier or \"}\"");
        Token label = tokens.Take();
        bool isQuoted = label.Kind == TokenKind.String;
        string name = isQuoted ? StringLiterals.Unquote(label.Text) : label.Text;
        MatchKind? kind = TryTakeKind();
        if (kind is null)
        {
            bool ends = tokens.Is(TokenKind.Comma) || tokens.Is(TokenKind.RightBrace);
            if (isQuoted && ends) return LabelMatcher.Equal(LabelNames.MetricName, name);
            throw tokens.Unexpected(Context, isQuoted ? "\",\" or \"}\"" : "label matching operator");
        }

        if (!tokens.Is(TokenKind.String)) throw tokens.Unexpected(Context, "string");
        Token value = tokens.Take();
        return LabelMatcher.TryCreate(kind.Value, name, StringLiterals.Unquote(value.Text), out string? error)
            ?? throw TokenStream.Error(TextRange.Between(label.Range, value.Range), error!);
    }

    private MatchKind? TryTakeKind()
    {
        MatchKind? kind = tokens.Current.Kind switch
        {
            TokenKind.Assign => MatchKind.Equal,
            TokenKind.MatchRegex => MatchKind.Matches,
            TokenKind.NotMatchRegex => MatchKind.DoesNotMatch,
            TokenKind.Operator when tokens.Current.Text == "!=" => MatchKind.NotEqual,
            _ => null,
        };
        if (kind is not null) tokens.Take();
        return kind;
    }
}
