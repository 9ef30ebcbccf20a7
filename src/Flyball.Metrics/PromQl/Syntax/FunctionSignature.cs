namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>A function's name and types.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Arguments">Types of the arguments; the last may be left out or repeated, see Variadic.</param>
/// <param name="Variadic">
/// 0: exactly these. n: the last one may come up to n times or not at all. -1: any number of times or not at all.
/// </param>
/// <param name="Returns">The type of the result.</param>
/// <param name="IsExperimental">Whether it needs the option for experimental functions.</param>
internal sealed record FunctionSignature(
    string Name, IReadOnlyList<ExprType> Arguments, int Variadic, ExprType Returns, bool IsExperimental);
