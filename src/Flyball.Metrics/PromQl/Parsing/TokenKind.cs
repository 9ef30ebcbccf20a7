namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>The kinds of tokens.</summary>
internal enum TokenKind : byte
{
    End,
    Identifier,

    /// <summary>An identifier with a colon in it.</summary>
    MetricIdentifier,
    Number,
    Duration,
    String,

    /// <summary>A single <c>=</c>, in label matchers.</summary>
    Assign,
    MatchRegex,
    NotMatchRegex,
    Colon,
    Comma,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    LeftParen,
    RightParen,
    At,

    /// <summary>A binary operator; the token says which.</summary>
    Operator,

    /// <summary>An aggregation; the token says which.</summary>
    Aggregator,

    /// <summary>by, without, on, ignoring, group_left, group_right, fill*, bool, offset, smoothed, anchored.</summary>
    Keyword,

    /// <summary>
    /// start, end, step, range, max_of, min_of: words that are functions, times or durations by place.
    /// </summary>
    Preprocessor,
}
