using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>
/// Parses what stands between an operator and its right side: <c>bool on (a) group_left (b) fill (0)</c>.
/// </summary>
internal readonly ref struct MatchingParser(TokenStream tokens, PromQlFeatures features)
{
    private const string Context = "grouping opts";

    public (VectorMatching Matching, bool ReturnsBool) Parse()
    {
        bool returnsBool = tokens.TryTakeWord("bool");
        var matching = new VectorMatching();
        if (tokens.Current.IsWord("on") || tokens.Current.IsWord("ignoring"))
        {
            bool isOn = tokens.Take().Word == "on";
            matching = ParseGroup(matching with { IsOn = isOn, Labels = ParseLabels() });
        }

        return (ParseFills(matching), returnsBool);
    }

    /// <summary>Label names in parentheses; a comma may follow the last.</summary>
    public IReadOnlyList<string> ParseLabels()
    {
        tokens.Expect(TokenKind.LeftParen, Context, "\"(\"");
        var labels = new List<string>();
        while (!tokens.Is(TokenKind.RightParen))
        {
            labels.Add(ParseLabel());
            if (tokens.TryTake(TokenKind.Comma)) continue;
            if (!tokens.Is(TokenKind.RightParen)) throw tokens.Unexpected(Context, "\",\" or \")\"");
        }

        tokens.Take();
        return labels;
    }

    private string ParseLabel()
    {
        Token token = tokens.Current;
        bool isQuoted = token.Kind == TokenKind.String;
        if (!isQuoted && !Keywords.MayNameLabel(token)) throw tokens.Unexpected(Context, "label");
        tokens.Take();
        string name = isQuoted ? StringLiterals.Unquote(token.Text) : token.Text;
        if (LabelNames.IsValid(name)) return name;
        throw TokenStream.Error(token.Range, $"invalid label name for grouping: {Quoting.Quote(name)}");
    }

    private VectorMatching ParseGroup(VectorMatching matching)
    {
        bool isLeft = tokens.Current.IsWord("group_left");
        if (!isLeft && !tokens.Current.IsWord("group_right")) return matching;
        tokens.Take();
        return matching with
        {
            Cardinality = isLeft ? Cardinality.ManyToOne : Cardinality.OneToMany,
            Include = tokens.Is(TokenKind.LeftParen) ? ParseLabels() : [],
        };
    }

    private VectorMatching ParseFills(VectorMatching matching)
    {
        Token first = tokens.Current;
        if (tokens.TryTakeWord("fill"))
        {
            double value = ParseFillValue();
            matching = matching with { FillLeft = value, FillRight = value };
        }
        else
        {
            // Both sides may be given, in either order, each once.
            for (int i = 0; i < 2; i++)
            {
                if (matching.FillLeft is null && tokens.TryTakeWord("fill_left"))
                    matching = matching with { FillLeft = ParseFillValue() };
                else if (matching.FillRight is null && tokens.TryTakeWord("fill_right"))
                    matching = matching with { FillRight = ParseFillValue() };
            }
        }

        if (matching.HasFill && !features.FillModifiers)
            throw TokenStream.Error(first.Range, "binop fill modifiers are experimental and not enabled");
        return matching;
    }

    private double ParseFillValue()
    {
        tokens.Expect(TokenKind.LeftParen);
        bool isNegative = tokens.Current.IsOperator("-");
        if (isNegative || tokens.Current.IsOperator("+")) tokens.Take();
        double value = new DurationParser(tokens, features).ParseLiteral().Value;
        tokens.Expect(TokenKind.RightParen);
        return isNegative ? -value : value;
    }
}
