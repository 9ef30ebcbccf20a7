using System.Text;

namespace Flyball.Discovery.Filtering;

/// <summary>The kinds of token.</summary>
internal enum FilterTokenKind
{
    /// <summary>A name, a number or a keyword.</summary>
    Word,

    /// <summary>In quotes.</summary>
    Text,
    Symbol,
    End,
}

/// <summary>A token and where it begins, for errors.</summary>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int At);

/// <summary>Divides a filter into tokens.</summary>
internal static class FilterTokens
{
    private const string WordSymbols = "._-/:@*+~";

    /// <exception cref="FormatException">It holds what is no token.</exception>
    public static List<FilterToken> Read(string text)
    {
        var tokens = new List<FilterToken>();
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (c is '"' or '`') tokens.Add(Quoted(text, ref at));
            else if (c is '(' or ')' or '[' or ']') tokens.Add(
                new FilterToken(FilterTokenKind.Symbol, c.ToString(), at++));
            else if (c is '=' or '!' && at + 1 < text.Length && text[at + 1] == '=')
            {
                tokens.Add(new FilterToken(FilterTokenKind.Symbol, text.Substring(at, 2), at));
                at += 2;
            }
            else if (char.IsLetterOrDigit(c) || WordSymbols.Contains(c)) tokens.Add(Word(text, ref at));
            else throw new FormatException($"1:{at + 1}: unexpected character '{c}'");
        }

        tokens.Add(new FilterToken(FilterTokenKind.End, "", text.Length));
        return tokens;
    }

    private static FilterToken Word(string text, ref int at)
    {
        int from = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || WordSymbols.Contains(text[at]))) at++;
        return new FilterToken(FilterTokenKind.Word, text[from..at], from);
    }

    private static FilterToken Quoted(string text, ref int at)
    {
        int from = at;
        char quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            // A raw string has no escapes.
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', char other => other });
            }
            else value.Append(text[at]);
            at++;
        }

        if (at == text.Length) throw new FormatException($"1:{from + 1}: the string has no end");
        at++;
        return new FilterToken(FilterTokenKind.Text, value.ToString(), from);
    }
}
