using System.Diagnostics.CodeAnalysis;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>An expression, or why there is none: <c>1:5: parse error: unexpected ...</c>.</summary>
internal readonly record struct ParseResult(Expr? Expr, string? Error)
{
    [MemberNotNullWhen(true, nameof(Expr))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Expr is not null;
}
