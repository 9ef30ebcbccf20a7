using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Parses numbers, durations, duration expressions, and the modifiers made of them.</summary>
internal sealed class DurationParser(TokenStream tokens, PromQlFeatures features)
{
    private const string Primaries = "number, duration, step(), or range()";

    private int depth;

    /// <summary>A number, or a duration in seconds.</summary>
    public NumberLiteral ParseLiteral()
    {
        Token token = tokens.Current;
        if (token.Kind == TokenKind.Number)
        {
            tokens.Take();
            double value = Numbers.TryParse(token.Text)
                ?? throw TokenStream.Error(token.Range, $"error parsing number: {Quoting.Quote(token.Text)}");
            return new NumberLiteral(value, token.Range);
        }

        tokens.Expect(TokenKind.Duration);
        long ms = Durations.TryParse(token.Text, out string? error) ?? throw TokenStream.Error(token.Range, error!);
        return new NumberLiteral(ms / 1000.0, token.Range, isDuration: true);
    }

    /// <summary>The brackets behind an expression: a range selector, or with a colon a subquery.</summary>
    public Expr ParseRange(Expr inner)
    {
        Token open = tokens.Take();
        Expr width = ParsePositive("subquery or range selector", Primaries);
        if (tokens.TryTake(TokenKind.Colon)) return ParseSubquery(inner, width);
        if (!tokens.Is(TokenKind.RightBracket)) throw tokens.Unexpected("subquery or range", "\":\" or \"]\"");
        Token close = tokens.Take();
        TextRange brackets = TextRange.Between(open.Range, close.Range);
        if (inner is not VectorSelector selector)
            throw TokenStream.Error(brackets, "ranges only allowed for vector selectors");
        if (selector.Shift.HasOffset) throw TokenStream.Error(brackets, "no offset modifiers allowed before range");
        if (selector.Shift.IsFixed) throw TokenStream.Error(brackets, "no @ modifiers allowed before range");
        return new MatrixSelector(selector, LiteralMs(width), width as DurationExpr, close.Range.End);
    }

    public void ParseOffset(Expr target)
    {
        Expr offset = ParseOffsetTerm();
        (TimeShift shift, Action<int> extend) = ShiftOf(target, "offset modifier");
        if (shift.HasOffset) throw TokenStream.Error(target.Range, "offset may not be set multiple times");
        shift.OffsetMs = LiteralMs(offset);
        shift.OffsetExpr = offset as DurationExpr;
        extend(tokens.LastEnd);
    }

    public void ParseAt(Expr target)
    {
        tokens.Take();
        AtBoundary boundary = ParseBoundary();
        double seconds = boundary == AtBoundary.None ? ParseTimestamp() : 0;
        if (!double.IsFinite(seconds) || seconds is >= long.MaxValue or <= long.MinValue)
        {
            string shown = double.IsNaN(seconds) ? "NaN"
                : double.IsInfinity(seconds) ? (seconds > 0 ? "+Inf" : "-Inf")
                : seconds.ToString("F6", CultureInfo.InvariantCulture);
            throw TokenStream.Error(target.Range, "timestamp out of bounds for @ modifier: " + shown);
        }

        (TimeShift shift, Action<int> extend) = ShiftOf(target, "@ modifier");
        if (shift.IsFixed) throw TokenStream.Error(target.Range, "@ <timestamp> may not be set multiple times");
        shift.AtBoundary = boundary;
        if (boundary == AtBoundary.None)
            shift.AtMs = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        extend(tokens.LastEnd);
    }

    private static (TimeShift Shift, Action<int> Extend) ShiftOf(Expr target, string modifier) => target switch
    {
        VectorSelector vector => (vector.Shift, vector.ExtendTo),
        MatrixSelector matrix => (matrix.Selector.Shift, matrix.ExtendTo),
        SubqueryExpr subquery => (subquery.Shift, subquery.ExtendTo),
        _ => throw TokenStream.Error(
            target.Range,
            modifier + " must be preceded by an instant vector selector or range vector selector or a subquery"),
    };

    private AtBoundary ParseBoundary()
    {
        bool isStart = tokens.Current.IsWord("start");
        if (!isStart && !tokens.Current.IsWord("end")) return AtBoundary.None;
        tokens.Take();
        tokens.Expect(TokenKind.LeftParen);
        tokens.Expect(TokenKind.RightParen);
        return isStart ? AtBoundary.Start : AtBoundary.End;
    }

    private double ParseTimestamp()
    {
        bool isNegative = tokens.Current.IsOperator("-");
        if (isNegative || tokens.Current.IsOperator("+")) tokens.Take();
        if (!IsLiteral) throw tokens.Unexpected("@", "timestamp");
        double seconds = ParseLiteral().Value;
        return isNegative ? -seconds : seconds;
    }

    private bool IsLiteral => tokens.Is(TokenKind.Number) || tokens.Is(TokenKind.Duration);

    private SubqueryExpr ParseSubquery(Expr inner, Expr width)
    {
        const string Context = "subquery selector";
        Expr? step = null;
        if (!tokens.Is(TokenKind.RightBracket)) step = ParsePositive(Context, Primaries + ", or \"]\"");
        if (!tokens.Is(TokenKind.RightBracket)) throw tokens.Unexpected(Context, "\"]\"");
        tokens.Take();
        return new SubqueryExpr(inner, new TextRange(inner.Range.Start, tokens.LastEnd))
        {
            WidthMs = LiteralMs(width),
            WidthExpr = width as DurationExpr,
            StepMs = step is null ? 0 : LiteralMs(step),
            StepExpr = step as DurationExpr,
        };
    }

    private static long LiteralMs(Expr duration) =>
        duration is NumberLiteral literal ? Durations.ToMs(literal.Value) : 0;

    private Expr ParsePositive(string context, string expected)
    {
        if (!StartsDuration) throw tokens.Unexpected(context, expected);
        Expr duration = ParseExpr(0);
        if (duration is NumberLiteral { Value: <= 0 })
            throw TokenStream.Error(duration.Range, "duration must be greater than 0");
        return duration;
    }

    private bool StartsDuration =>
        IsLiteral || tokens.Is(TokenKind.LeftParen) || tokens.Is(TokenKind.Preprocessor)
        || tokens.Current.IsOperator("+") || tokens.Current.IsOperator("-");

    /// <summary>What may follow <c>offset</c> without parentheses: a sign and one operand.</summary>
    private Expr ParseOffsetTerm()
    {
        if (!StartsDuration) throw tokens.Unexpected("offset", Primaries);
        if (!tokens.Current.IsOperator("+") && !tokens.Current.IsOperator("-")) return ParsePrimary();
        Token sign = tokens.Take();
        if (!StartsDuration) throw tokens.Unexpected("offset", Primaries);
        return ApplySign(sign, ParsePrimary());
    }

    private Expr ParseExpr(int minPrecedence)
    {
        if (++depth > ExprParser.MaxHeight) throw TokenStream.Error(tokens.Current.Range, "duration nests too deeply");
        Expr left;
        if (tokens.Current.IsOperator("+") || tokens.Current.IsOperator("-"))
        {
            Token sign = tokens.Take();
            left = ApplySign(sign, ParseExpr(BinaryOperator.Power.Precedence()));
        }
        else
        {
            left = ParsePrimary();
        }

        int operators = 0;
        while (TryPeekOperator(out DurationOperator op, out int precedence) && precedence >= minPrecedence)
        {
            if (++operators > ExprParser.MaxHeight)
                throw TokenStream.Error(tokens.Current.Range, "duration nests too deeply");
            Token token = tokens.Take();
            RequireFeature(left.Range);
            Expr right = ParseExpr(op == DurationOperator.Power ? precedence : precedence + 1);
            if (right is NumberLiteral { Value: 0 } && op is DurationOperator.Divide or DurationOperator.Modulo)
            {
                string name = op == DurationOperator.Divide ? "division" : "modulo";
                throw TokenStream.Error(token.Range, name + " by zero");
            }

            left = new DurationExpr(op, left, right, TextRange.Between(left.Range, right.Range));
        }

        depth--;
        return left;
    }

    private bool TryPeekOperator(out DurationOperator op, out int precedence)
    {
        (op, precedence) = tokens.Current.Text switch
        {
            "+" => (DurationOperator.Add, BinaryOperator.Add.Precedence()),
            "-" => (DurationOperator.Subtract, BinaryOperator.Add.Precedence()),
            "*" => (DurationOperator.Multiply, BinaryOperator.Multiply.Precedence()),
            "/" => (DurationOperator.Divide, BinaryOperator.Multiply.Precedence()),
            "%" => (DurationOperator.Modulo, BinaryOperator.Multiply.Precedence()),
            "^" => (DurationOperator.Power, BinaryOperator.Power.Precedence()),
            _ => default,
        };
        return tokens.Is(TokenKind.Operator) && precedence > 0;
    }

    private Expr ParsePrimary()
    {
        if (IsLiteral)
        {
            NumberLiteral literal = ParseLiteral();
            if (Durations.IsOutOfRange(literal.Value)) throw TokenStream.Error(literal.Range, "duration out of range");
            return literal;
        }

        if (tokens.Is(TokenKind.LeftParen)) return ParseParen();
        Token word = tokens.Expect(TokenKind.Preprocessor);
        return word.Word switch
        {
            "step" => ParseQueryValue(word, DurationOperator.Step),
            "range" => ParseQueryValue(word, DurationOperator.QueryRange),
            "min_of" => ParseExtreme(word, DurationOperator.MinOf),
            "max_of" => ParseExtreme(word, DurationOperator.MaxOf),
            _ => throw TokenStream.Error(word.Range, "unexpected " + word.Describe()),
        };
    }

    private DurationExpr ParseParen()
    {
        Token open = tokens.Take();
        Expr inner = ParseExpr(0);
        tokens.Expect(TokenKind.RightParen);
        RequireFeature(inner.Range);
        return inner is DurationExpr duration
            ? duration.Wrap()
            : new DurationExpr(DurationOperator.Add, null, inner, TextRange.Between(open.Range, inner.Range)).Wrap();
    }

    private DurationExpr ParseQueryValue(Token word, DurationOperator op)
    {
        tokens.Expect(TokenKind.LeftParen);
        tokens.Expect(TokenKind.RightParen);
        var range = new TextRange(word.Start, tokens.LastEnd);
        RequireFeature(range);
        return new DurationExpr(op, null, null, range);
    }

    private DurationExpr ParseExtreme(Token word, DurationOperator op)
    {
        tokens.Expect(TokenKind.LeftParen);
        Expr left = ParseExpr(0);
        tokens.Expect(TokenKind.Comma);
        Expr right = ParseExpr(0);
        tokens.Expect(TokenKind.RightParen);
        var range = new TextRange(word.Start, tokens.LastEnd);
        RequireFeature(range);
        return new DurationExpr(op, left, right, range);
    }

    private Expr ApplySign(Token sign, Expr operand)
    {
        bool isNegative = sign.Text == "-";
        TextRange range = TextRange.Between(sign.Range, operand.Range);
        if (operand is NumberLiteral literal)
            return new NumberLiteral(isNegative ? -literal.Value : literal.Value, range, literal.IsDuration);
        RequireFeature(range);
        return isNegative ? new DurationExpr(DurationOperator.Subtract, null, operand, range) : operand;
    }

    private void RequireFeature(TextRange range)
    {
        if (!features.DurationExpressions)
            throw TokenStream.Error(range, "experimental duration expression is not enabled");
    }
}
