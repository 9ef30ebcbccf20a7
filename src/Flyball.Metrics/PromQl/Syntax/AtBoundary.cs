namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The query's time that an <c>@</c> modifier names.</summary>
internal enum AtBoundary : byte
{
    None,
    Start,
    End,
}
