using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>
/// Parses PromQL by operator precedence (Pratt): a prefix, then modifiers, which bind closest, then operators. Type
/// checking follows in <see cref="TypeChecker"/>.
/// </summary>
internal sealed class ExprParser
{
    /// <summary>
    /// A higher tree is refused: parsing, printing and evaluation recurse, and a stack overflow ends the process.
    /// </summary>
    public const int MaxHeight = 1000;

    private readonly PromQlFeatures features;
    private readonly TokenStream tokens;
    private readonly SelectorParser selectors;
    private readonly DurationParser durations;
    private int depth;

    /// <summary>The height of the expression that was returned last.</summary>
    private int height;

    private ExprParser(string query, PromQlFeatures features)
    {
        this.features = features;
        tokens = new TokenStream(query);
        selectors = new SelectorParser(tokens);
        durations = new DurationParser(tokens, features);
    }

    public static ParseResult Parse(string query, PromQlFeatures features)
    {
        try
        {
            var parser = new ExprParser(query, features);
            Expr expr = parser.ParseAll();
            TypeChecker.Check(expr);
            return new ParseResult(expr, null);
        }
        catch (ParseException e)
        {
            return new ParseResult(null, Describe(query, e));
        }
    }

    /// <summary>The matchers of a bare selector such as <c>up{job="a"}</c>, or null and a reason.</summary>
    public static IReadOnlyList<LabelMatcher>? ParseSelector(string text, out string? error)
    {
        try
        {
            var parser = new ExprParser(text, PromQlFeatures.Stable);
            VectorSelector selector = parser.selectors.Parse();
            if (!parser.tokens.Is(TokenKind.End)) throw parser.tokens.Unexpected();
            error = null;
            return selector.Matchers;
        }
        catch (ParseException e)
        {
            error = Describe(text, e);
            return null;
        }
    }

    private static string Describe(string query, ParseException e) =>
        $"{e.Range.Describe(query)}: parse error: {e.Message}";

    private Expr ParseAll()
    {
        if (tokens.Is(TokenKind.End)) throw TokenStream.Error(default, "no expression found in input");
        Expr expr = ParseExpr(0);
        if (!tokens.Is(TokenKind.End)) throw tokens.Unexpected();
        return expr;
    }

    private Expr ParseExpr(int minPrecedence)
    {
        if (++depth > MaxHeight) throw TooDeep();
        Expr left = ParseModifiers(ParsePrefix());
        int leftHeight = height;
        while (TryPeekOperator(out BinaryOperator op) && op.Precedence() >= minPrecedence)
        {
            Token token = tokens.Take();
            (VectorMatching matching, bool returnsBool) = new MatchingParser(tokens, features).Parse();
            int next = op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1;
            Expr right = ParseExpr(next);
            leftHeight = Grow(Math.Max(leftHeight, height));
            left = new BinaryExpr(op, left, right, matching, returnsBool, token.Range);
        }

        height = leftHeight;
        depth--;
        return left;
    }

    private int Grow(int below)
    {
        if (below >= MaxHeight) throw TooDeep();
        return below + 1;
    }

    private ParseException TooDeep() =>
        TokenStream.Error(tokens.Current.Range, $"expression nests more than {MaxHeight} levels deep");

    private bool TryPeekOperator(out BinaryOperator op)
    {
        op = default;
        if (!tokens.Is(TokenKind.Operator)) return false;
        string word = tokens.Current.Word;
        foreach (BinaryOperator candidate in Enum.GetValues<BinaryOperator>())
        {
            if (candidate.Symbol() != word) continue;
            op = candidate;
            return true;
        }

        return false;
    }

    private Expr ParsePrefix()
    {
        Token token = tokens.Current;
        height = 1;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                return durations.ParseLiteral();
            case TokenKind.String:
                tokens.Take();
                return new StringLiteral(StringLiterals.Unquote(token.Text), token.Range);
            case TokenKind.LeftParen:
                return ParseParen();
            case TokenKind.LeftBrace:
                return selectors.Parse();
            case TokenKind.Operator when token.Text is "+" or "-":
                return ParseSign();
        }

        if (!Keywords.MayNameMetric(token)) throw tokens.Unexpected();
        tokens.Take();
        if (token.Kind == TokenKind.Aggregator && StartsAggregation()) return ParseAggregation(token);
        bool isCall = token.Kind is TokenKind.Identifier or TokenKind.Preprocessor && tokens.Is(TokenKind.LeftParen);
        return isCall ? ParseCall(token) : selectors.ParseAfterName(token);
    }

    private ParenExpr ParseParen()
    {
        Token open = tokens.Take();
        Expr inner = ParseExpr(0);
        Token close = tokens.Expect(TokenKind.RightParen);
        height = Grow(height);
        return new ParenExpr(inner, TextRange.Between(open.Range, close.Range));
    }

    private Expr ParseSign()
    {
        Token sign = tokens.Take();
        Expr inner = ParseExpr(BinaryOperator.Power.Precedence());
        bool isNegative = sign.Text == "-";
        if (inner is NumberLiteral number)
        {
            TextRange range = TextRange.Between(sign.Range, number.Range);
            return new NumberLiteral(isNegative ? -number.Value : number.Value, range, number.IsDuration);
        }

        height = Grow(height);
        return new UnaryExpr(isNegative, inner, sign.Start);
    }

    private CallExpr ParseCall(Token name)
    {
        FunctionSignature? function = FunctionCatalogue.Find(name.Text);
        List<Expr> arguments = ParseArguments();
        if (function is null)
            throw TokenStream.Error(name.Range, $"unknown function with name {Quoting.Quote(name.Text)}");
        if (function.IsExperimental && !features.Functions)
            throw TokenStream.Error(name.Range, $"function {Quoting.Quote(name.Text)} is not enabled");
        return new CallExpr(function, arguments, new TextRange(name.Start, tokens.LastEnd));
    }

    private List<Expr> ParseArguments()
    {
        tokens.Expect(TokenKind.LeftParen);
        var arguments = new List<Expr>();
        int highest = 0;
        while (!tokens.Is(TokenKind.RightParen))
        {
            arguments.Add(ParseExpr(0));
            highest = Math.Max(highest, height);
            if (!tokens.Is(TokenKind.Comma)) break;
            Token comma = tokens.Take();
            if (tokens.Is(TokenKind.RightParen))
                throw TokenStream.Error(comma.Range, "trailing commas not allowed in function call args");
        }

        tokens.Expect(TokenKind.RightParen);
        height = Grow(highest);
        return arguments;
    }

    private bool StartsAggregation() =>
        tokens.Is(TokenKind.LeftParen) || tokens.Current.IsWord("by") || tokens.Current.IsWord("without");

    private AggregateExpr ParseAggregation(Token name)
    {
        AggregateOperator op = AggregateOperators.Find(name.Word)!.Value;
        bool hasModifier = TryParseGrouping(out IReadOnlyList<string> grouping, out bool isWithout);
        if (hasModifier && !tokens.Is(TokenKind.LeftParen)) throw tokens.Unexpected("aggregation");
        List<Expr> arguments = ParseArguments();
        if (!hasModifier) _ = TryParseGrouping(out grouping, out isWithout);
        var range = new TextRange(name.Start, tokens.LastEnd);
        CheckAggregation(op, arguments.Count, range);
        Expr? parameter = op.TakesParameter() ? arguments[0] : null;
        return new AggregateExpr(op, arguments[^1], parameter, range) { Grouping = grouping, IsWithout = isWithout };
    }

    private void CheckAggregation(AggregateOperator op, int count, TextRange range)
    {
        if (count == 0) throw TokenStream.Error(range, "no arguments for aggregate expression provided");
        if (op.IsExperimental() && !features.Functions)
        {
            throw TokenStream.Error(
                range, $"{op.Name()}() is experimental and must be enabled with the option for experimental functions");
        }

        int wanted = op.TakesParameter() ? 2 : 1;
        if (count == wanted) return;
        throw TokenStream.Error(
            range, $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {count}");
    }

    private bool TryParseGrouping(out IReadOnlyList<string> grouping, out bool isWithout)
    {
        isWithout = tokens.Current.IsWord("without");
        grouping = [];
        if (!isWithout && !tokens.Current.IsWord("by")) return false;
        tokens.Take();
        grouping = new MatchingParser(tokens, features).ParseLabels();
        return true;
    }

    private Expr ParseModifiers(Expr expr)
    {
        while (true)
        {
            if (tokens.Is(TokenKind.LeftBracket))
            {
                expr = durations.ParseRange(expr);
                height = Grow(height);
            }
            else if (tokens.Is(TokenKind.At))
            {
                durations.ParseAt(expr);
            }
            else if (tokens.TryTakeWord("offset"))
            {
                durations.ParseOffset(expr);
            }
            else if (tokens.TryTakeWord("anchored"))
            {
                SetExtended(expr, isAnchored: true);
            }
            else if (tokens.TryTakeWord("smoothed"))
            {
                SetExtended(expr, isAnchored: false);
            }
            else
            {
                return expr;
            }
        }
    }

    private void SetExtended(Expr expr, bool isAnchored)
    {
        string name = isAnchored ? "anchored" : "smoothed";
        if (!features.ExtendedRangeSelectors)
            throw TokenStream.Error(expr.Range, $"{name} modifier is experimental and not enabled");
        VectorSelector? selector = expr switch
        {
            VectorSelector vector => vector,
            MatrixSelector matrix => matrix.Selector,
            _ => null,
        };
        if (selector is null)
        {
            string what = expr is SubqueryExpr ? "is not supported for subqueries" : "not implemented";
            throw TokenStream.Error(expr.Range, $"{name} modifier {what}");
        }

        selector.IsAnchored |= isAnchored;
        selector.IsSmoothed |= !isAnchored;
        if (selector is { IsAnchored: true, IsSmoothed: true })
            throw TokenStream.Error(expr.Range, "anchored and smoothed modifiers cannot be used together");
    }
}
