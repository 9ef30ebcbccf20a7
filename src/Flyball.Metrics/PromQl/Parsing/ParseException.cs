using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>
/// The first error in a query: it unwinds the recursive parser and becomes a <see cref="ParseResult"/>.
/// </summary>
internal sealed class ParseException(TextRange range, string message) : Exception(message)
{
    public TextRange Range => range;
}
