using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>Splits what stands between a template's braces into words.</summary>
internal sealed class ActionLexer(string text)
{
    private int at;

    public static List<Token> Split(string action)
    {
        var lexer = new ActionLexer(action);
        var tokens = new List<Token>();
        while (lexer.Next() is { Kind: not TokenKind.End } token) tokens.Add(token);
        return tokens;
    }

    private Token Next()
    {
        int before = at;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        bool isAttached = at == before && at > 0;
        if (at == text.Length) return new Token(TokenKind.End, "", false);
        char first = text[at];
        switch (first)
        {
            case '"' or '\'':
                return new Token(TokenKind.Text, ReadString(first), isAttached);
            case '`':
                return new Token(TokenKind.Text, ReadRaw(), isAttached);
            case '|' or '(' or ')' or ',' or '=':
                at++;
                return new Token(TokenKind.Sign, first.ToString(), isAttached);
            case ':' when at + 1 < text.Length && text[at + 1] == '=':
                at += 2;
                return new Token(TokenKind.Sign, ":=", isAttached);
            case '$':
                at++;
                return new Token(TokenKind.Variable, ReadName(), isAttached);
            case '.' when at + 1 >= text.Length || !char.IsAsciiDigit(text[at + 1]):
                at++;
                return new Token(TokenKind.Field, ReadName(), isAttached);
        }

        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
            return new Token(TokenKind.Number, ReadNumber(), isAttached);
        string word = ReadName();
        if (word.Length == 0) throw new TemplateException($"unexpected \"{first}\" in a template's action");
        return new Token(TokenKind.Word, word, isAttached);
    }

    private string ReadName()
    {
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return text[start..at];
    }

    private string ReadNumber()
    {
        int start = at++;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '_'
            || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        return text[start..at];
    }

    private string ReadString(char quote)
    {
        int start = at++;
        while (at < text.Length && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
        if (at >= text.Length) throw new TemplateException("a string in a template has no end");
        at++;
        try
        {
            return StringLiterals.Unquote(text[start..at]);
        }
        catch (ParseException e)
        {
            throw new TemplateException(e.Message);
        }
    }

    private string ReadRaw()
    {
        int end = text.IndexOf('`', at + 1);
        if (end < 0) throw new TemplateException("a string in a template has no end");
        string value = text[(at + 1)..end];
        at = end + 1;
        return value;
    }
}
