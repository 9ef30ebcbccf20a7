using System.Text.RegularExpressions;

namespace Flyball.Discovery.Filtering;

/// <summary>
/// Reads the filter expressions of Consul's API: comparisons of selectors with values, joined by <c>and</c>,
/// <c>or</c>, <c>not</c> and parentheses.
/// </summary>
internal sealed class FilterParser
{
    /// <summary>Characters of one filter.</summary>
    private const int CharsMax = 4_096;

    private const int DepthMax = 64;

    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly List<FilterToken> tokens;
    private int at;
    private int depth;

    private FilterParser(List<FilterToken> tokens) => this.tokens = tokens;

    /// <exception cref="FormatException">It is no filter; the message says where.</exception>
    public static FilterNode Parse(string text)
    {
        if (text.Length > CharsMax) throw new FormatException($"the filter has more than {CharsMax} characters");
        var parser = new FilterParser(FilterTokens.Read(text));
        FilterNode node = parser.Or();
        return parser.Now.Kind == FilterTokenKind.End ? node : throw parser.Unexpected();
    }

    private FilterToken Now => tokens[at];

    private FilterNode Or()
    {
        FilterNode left = And();
        while (TakeWord("or")) left = new FilterNode.Combined(left, And(), IsAnd: false);
        return left;
    }

    private FilterNode And()
    {
        FilterNode left = Unary();
        while (TakeWord("and")) left = new FilterNode.Combined(left, Unary(), IsAnd: true);
        return left;
    }

    private FilterNode Unary()
    {
        if (++depth > DepthMax) throw new FormatException($"the filter is nested deeper than {DepthMax}");
        FilterNode node;
        if (TakeWord("not")) node = new FilterNode.Not(Unary());
        else if (TakeSymbol("("))
        {
            node = Or();
            if (!TakeSymbol(")")) throw Unexpected();
        }
        else node = Match();
        depth--;
        return node;
    }

    private FilterNode.Match Match()
    {
        // A value stands first in "value in selector"; then the selector comes last.
        FilterToken first = Now;
        bool isValueFirst = first.Kind == FilterTokenKind.Text || IsIn(at + 1);
        if (isValueFirst)
        {
            at++;
            bool isNot = TakeWord("not");
            if (!TakeWord("in")) throw Unexpected();
            return new FilterNode.Match(
                Selector(), isNot ? FilterOperator.NotIn : FilterOperator.In, first.Text, null);
        }

        IReadOnlyList<string> selector = Selector();
        if (TakeSymbol("==")) return new FilterNode.Match(selector, FilterOperator.Equal, Value(), null);
        if (TakeSymbol("!=")) return new FilterNode.Match(selector, FilterOperator.NotEqual, Value(), null);
        if (TakeWord("is"))
        {
            bool isNot = TakeWord("not");
            if (!TakeWord("empty")) throw Unexpected();
            return new FilterNode.Match(selector, isNot ? FilterOperator.NotEmpty : FilterOperator.Empty, "", null);
        }

        bool negated = TakeWord("not");
        if (TakeWord("contains"))
            return new FilterNode.Match(selector, negated ? FilterOperator.NotIn : FilterOperator.In, Value(), null);
        if (!TakeWord("matches")) throw Unexpected();
        string pattern = Value();
        return new FilterNode.Match(
            selector, negated ? FilterOperator.NotMatches : FilterOperator.Matches, pattern, Pattern(pattern));
    }

    private bool IsIn(int index) =>
        index < tokens.Count && (IsWord(tokens[index], "in")
            || (IsWord(tokens[index], "not") && index + 1 < tokens.Count && IsWord(tokens[index + 1], "in")));

    private List<string> Selector()
    {
        if (Now.Kind != FilterTokenKind.Word) throw Unexpected();
        string word = tokens[at++].Text;
        var names = new List<string>(word.StartsWith('/') ? word[1..].Split('/') : word.Split('.'));
        while (TakeSymbol("["))
        {
            if (Now.Kind is not (FilterTokenKind.Text or FilterTokenKind.Word)) throw Unexpected();
            names.Add(tokens[at++].Text);
            if (!TakeSymbol("]")) throw Unexpected();
            if (Now.Kind == FilterTokenKind.Word && Now.Text.StartsWith('.'))
                names.AddRange(tokens[at++].Text[1..].Split('.'));
        }

        return names.Exists(name => name.Length == 0) ? throw Unexpected() : names;
    }

    private string Value() =>
        Now.Kind is FilterTokenKind.Text or FilterTokenKind.Word ? tokens[at++].Text : throw Unexpected();

    private static Regex Pattern(string pattern)
    {
        try
        {
            // Go's patterns never go back, so neither do these where they can.
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternTimeout);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"\"{pattern}\" is no regular expression: {e.Message}", e);
        }
    }

    private bool TakeWord(string word)
    {
        if (!IsWord(Now, word)) return false;
        at++;
        return true;
    }

    private static bool IsWord(FilterToken token, string word) =>
        token.Kind == FilterTokenKind.Word && token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool TakeSymbol(string symbol)
    {
        if (Now.Kind != FilterTokenKind.Symbol || Now.Text != symbol) return false;
        at++;
        return true;
    }

    private FormatException Unexpected() => new(Now.Kind == FilterTokenKind.End
        ? $"1:{Now.At + 1}: the filter ends too early"
        : $"1:{Now.At + 1}: \"{Now.Text}\" is not expected here");
}
