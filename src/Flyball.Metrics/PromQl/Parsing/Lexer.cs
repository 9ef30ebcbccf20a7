using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>
/// Cuts a query into tokens, one at a time. What a character means depends on whether braces or brackets are open,
/// which the lexer knows by itself.
/// </summary>
internal sealed class Lexer(string input)
{
    private int at;
    private int parenDepth;
    private bool inBraces;
    private bool inBrackets;
    private bool gotColon;

    /// <summary>Within brackets, until the first number: the place where only durations may stand.</summary>
    private bool awaitsDuration;

    public Token Next()
    {
        SkipSpaceAndComments();
        if (inBraces) return NextInBraces();
        if (inBrackets && awaitsDuration) return NextInDuration();
        return NextOutside();
    }

    private void SkipSpaceAndComments()
    {
        while (at < input.Length)
        {
            if (IsSpace(input[at])) at++;
            else if (input[at] == '#') SkipLine();
            else return;
        }
    }

    private void SkipLine()
    {
        while (at < input.Length && input[at] is not ('\n' or '\r')) at++;
    }

    private Token NextOutside()
    {
        if (at >= input.Length) return EndOfInput();
        char c = input[at];
        switch (c)
        {
            case ',': return Take(TokenKind.Comma, 1);
            case '*' or '/' or '%' or '+' or '-' or '^': return Take(TokenKind.Operator, 1);
            case '=' or '!' or '<' or '>': return TakeComparison(c);
            case '"' or '\'' or '`': return TakeString();
            case '(' or ')': return TakeParen(c);
            case '{':
                inBraces = true;
                return Take(TokenKind.LeftBrace, 1);
            case '[': return OpenBracket();
            case ']':
                if (!inBrackets) throw Unexpected(" right bracket ");
                inBrackets = false;
                return Take(TokenKind.RightBracket, 1);
            case '@': return Take(TokenKind.At, 1);
        }

        if (StartsNumber()) return TakeNumberOrDuration();
        if (!IsAlpha(c) && c != ':') throw Unexpected(" character: ");
        return inBrackets ? TakeWordInBrackets(c) : TakeWord();
    }

    private Token EndOfInput()
    {
        if (parenDepth != 0) throw Error(at, "unclosed left parenthesis");
        if (inBrackets) throw Error(at, "unclosed left bracket");
        return new Token(TokenKind.End, input.Length, "");
    }

    private Token TakeComparison(char c)
    {
        char next = Peek(1);
        switch (c)
        {
            case '=' when next == '=': return Take(TokenKind.Operator, 2);
            case '=' when next == '~':
                throw Error(at, $"unexpected character after '=': {QuoteRune(at + 1)}");
            case '=': return Take(TokenKind.Assign, 1);
            case '!' when next == '=': return Take(TokenKind.Operator, 2);
            case '!': throw Error(at, $"unexpected character after '!': {QuoteRune(at + 1)}");
            default: return Take(TokenKind.Operator, next is '=' or '/' ? 2 : 1);
        }
    }

    private Token TakeParen(char c)
    {
        if (c == '(')
        {
            parenDepth++;
            return Take(TokenKind.LeftParen, 1);
        }

        if (--parenDepth < 0) throw Unexpected(" right parenthesis ");
        return Take(TokenKind.RightParen, 1);
    }

    private Token OpenBracket()
    {
        if (inBrackets) throw Unexpected(" left bracket ");
        inBrackets = true;
        awaitsDuration = true;
        gotColon = false;
        return Take(TokenKind.LeftBracket, 1);
    }

    private Token TakeWordInBrackets(char c)
    {
        if (c == ':')
        {
            if (gotColon) throw Unexpected(" colon ");
            gotColon = true;
            return Take(TokenKind.Colon, 1);
        }

        return TryTakeDurationWord() ?? throw Error(at, $"unexpected character: {QuoteRune(at)}, expected ':'");
    }

    private Token NextInDuration()
    {
        if (at >= input.Length) throw Error(at, "unexpected end of input in duration expression");
        char c = input[at];
        switch (c)
        {
            case ']':
                inBrackets = false;
                return Take(TokenKind.RightBracket, 1);
            case ':': throw Error(at, "unexpected colon before duration in duration expression");
            case '(' or ')': return TakeParen(c);
            case '+' or '-' or '*' or '/' or '%' or '^': return Take(TokenKind.Operator, 1);
            case ',': return Take(TokenKind.Comma, 1);
        }

        if (StartsNumber())
        {
            awaitsDuration = false;
            return TakeNumberOrDuration();
        }

        Token? word = TryTakeDurationWord();
        if (word is null) throw Error(at, $"unexpected character in duration expression: {QuoteRune(at)}");

        // After step() or range() a colon may follow, as after a number.
        awaitsDuration = word.Value.Word is not ("step" or "range");
        return word.Value;
    }

    private Token? TryTakeDurationWord()
    {
        int end = at;
        while (end < input.Length && IsAlpha(input[end])) end++;
        bool isKnown = input[at..end].ToLowerInvariant() is "step" or "range" or "max_of" or "min_of";
        return isKnown ? Take(TokenKind.Preprocessor, end - at) : null;
    }

    private Token TakeWord()
    {
        int end = at;
        while (end < input.Length && (IsAlphaNumeric(input[end]) || input[end] == ':')) end++;
        string word = input[at..end];
        TokenKind kind = Keywords.KindOf(word.ToLowerInvariant());
        bool isFill = kind == TokenKind.Keyword && word.StartsWith("fill", StringComparison.OrdinalIgnoreCase);
        if (isFill && !IsFollowedByParen(end)) kind = TokenKind.Identifier;
        if (kind == TokenKind.Identifier && word.Contains(':', StringComparison.Ordinal))
            kind = TokenKind.MetricIdentifier;
        return Take(kind, end - at);
    }

    private bool IsFollowedByParen(int from)
    {
        while (from < input.Length && IsSpace(input[from])) from++;
        return from < input.Length && input[from] == '(';
    }

    private Token NextInBraces()
    {
        if (at >= input.Length) throw Error(at, "unexpected end of input inside braces");
        char c = input[at];
        switch (c)
        {
            case ',': return Take(TokenKind.Comma, 1);
            case '"' or '\'' or '`': return TakeString();
            case '=' when Peek(1) == '~': return Take(TokenKind.MatchRegex, 2);
            case '=': return Take(TokenKind.Assign, 1);
            case '!' when Peek(1) == '~': return Take(TokenKind.NotMatchRegex, 2);
            case '!' when Peek(1) == '=': return Take(TokenKind.Operator, 2);
            case '!': throw Error(at, $"unexpected character after '!' inside braces: {QuoteRune(at + 1)}");
            case '{': throw Unexpected(" left brace ");
            case '}':
                inBraces = false;
                return Take(TokenKind.RightBrace, 1);
        }

        if (!IsAlpha(c)) throw Error(at, $"unexpected character inside braces: {QuoteRune(at)}");
        int end = at;
        while (end < input.Length && IsAlphaNumeric(input[end])) end++;
        return Take(TokenKind.Identifier, end - at);
    }

    private Token TakeString()
    {
        int end = StringLiterals.FindEnd(input, at);
        return Take(TokenKind.String, end - at);
    }

    private Token TakeNumberOrDuration()
    {
        int start = at;
        if (NumberScanner.TryScanNumber(input, ref at)) return new Token(TokenKind.Number, start, input[start..at]);
        if (NumberScanner.TryScanRestOfDuration(input, ref at))
            return new Token(TokenKind.Duration, start, input[start..at]);
        int end = Math.Min(at, input.Length);
        throw Error(start, "bad number or duration syntax: " + Quoting.Quote(input[start..end]));
    }

    private bool StartsNumber() =>
        char.IsAsciiDigit(input[at]) || (input[at] == '.' && char.IsAsciiDigit(Peek(1)));

    private Token Take(TokenKind kind, int length)
    {
        at += length;
        return new Token(kind, at - length, input.Substring(at - length, length));
    }

    private char Peek(int ahead) => at + ahead < input.Length ? input[at + ahead] : '\0';

    private ParseException Unexpected(string what) => Error(at, $"unexpected{what}{QuoteRune(at)}");

    private ParseException Error(int start, string message) => new(new TextRange(start, input.Length), message);

    private string QuoteRune(int index)
    {
        if (index >= input.Length) return "'�'";
        Rune.DecodeFromUtf16(input.AsSpan(index), out Rune rune, out _);
        return rune.Value switch
        {
            '\'' => "'\\''",
            '"' => "'\"'",
            _ => string.Create(CultureInfo.InvariantCulture, $"'{Quoting.Quote(rune.ToString())[1..^1]}'"),
        };
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r';

    private static bool IsAlpha(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsAlphaNumeric(char c) => IsAlpha(c) || char.IsAsciiDigit(c);
}
