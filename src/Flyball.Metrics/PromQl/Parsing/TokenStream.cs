using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>The tokens of a query with one token of look-ahead.</summary>
internal sealed class TokenStream
{
    private readonly Lexer lexer;

    public TokenStream(string input)
    {
        lexer = new Lexer(input);
        Current = lexer.Next();
    }

    public Token Current { get; private set; }

    /// <summary>Where the last taken token ended.</summary>
    public int LastEnd { get; private set; }

    public bool Is(TokenKind kind) => Current.Kind == kind;

    public Token Take()
    {
        Token taken = Current;
        LastEnd = taken.Range.End;
        if (taken.Kind != TokenKind.End) Current = lexer.Next();
        return taken;
    }

    public bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind) return false;
        Take();
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!Current.IsWord(word)) return false;
        Take();
        return true;
    }

    /// <exception cref="ParseException">Another token stands here.</exception>
    public Token Expect(TokenKind kind, string context = "", string expected = "")
    {
        if (Current.Kind != kind) throw Unexpected(context, expected);
        return Take();
    }

    public ParseException Unexpected(string context = "", string expected = "")
    {
        string message = "unexpected " + Current.Describe();
        if (context.Length > 0) message += " in " + context;
        if (expected.Length > 0) message += ", expected " + expected;
        return new ParseException(Current.Range, message);
    }

    public static ParseException Error(TextRange range, string message) => new(range, message);
}
