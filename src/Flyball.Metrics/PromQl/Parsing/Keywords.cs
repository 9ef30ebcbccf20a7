using System.Collections.Frozen;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>The words that are not plain identifiers, in lower case.</summary>
internal static class Keywords
{
    private static readonly FrozenDictionary<string, TokenKind> Kinds = All().ToFrozenDictionary(
        word => word.Word, word => word.Kind, StringComparer.Ordinal);

    public static TokenKind KindOf(string lowerCaseWord) =>
        Kinds.TryGetValue(lowerCaseWord, out TokenKind kind) ? kind : TokenKind.Identifier;

    /// <summary>Words that may also name a metric, in front of braces or alone.</summary>
    public static bool MayNameMetric(Token token) => token.Kind switch
    {
        TokenKind.Identifier or TokenKind.MetricIdentifier or TokenKind.Aggregator or TokenKind.Preprocessor => true,
        TokenKind.Operator => token.Word is "and" or "or" or "unless",
        TokenKind.Keyword => token.Word is not ("bool" or "on" or "ignoring" or "group_left" or "group_right"),
        _ => false,
    };

    /// <summary>Words that may also name a label in a grouping.</summary>
    public static bool MayNameLabel(Token token) => token.Kind switch
    {
        TokenKind.Identifier or TokenKind.MetricIdentifier or TokenKind.Aggregator or TokenKind.Preprocessor => true,
        TokenKind.Operator => token.Word is "and" or "or" or "unless" or "atan2",
        TokenKind.Keyword => token.Word is not "without",
        _ => false,
    };

    private static IEnumerable<(string Word, TokenKind Kind)> All()
    {
        foreach (string word in new[] { "and", "or", "unless", "atan2" }) yield return (word, TokenKind.Operator);
        foreach (AggregateOperator op in Enum.GetValues<AggregateOperator>())
            yield return (op.Name(), TokenKind.Aggregator);
        string[] keywords =
        [
            "offset", "smoothed", "anchored", "by", "without", "on", "ignoring",
            "group_left", "group_right", "fill", "fill_left", "fill_right", "bool",
        ];
        foreach (string word in keywords) yield return (word, TokenKind.Keyword);
        foreach (string word in new[] { "start", "end", "step", "range", "max_of", "min_of" })
            yield return (word, TokenKind.Preprocessor);
        yield return ("inf", TokenKind.Number);
        yield return ("nan", TokenKind.Number);
    }
}
